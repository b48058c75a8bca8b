-- Whether a candidate wants to see what was heard after each spoken answer, before the next question.
alter table adjustments add column checks_words boolean not null default false;
