-- Whether this merchant's candidates may choose "none of these" where a question is answered by choosing.
alter table merchants add column offers_none boolean not null default false;
