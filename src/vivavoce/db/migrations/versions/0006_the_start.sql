-- How a candidate wants an attempt to go: chosen before the first question, changed when they like. No score sees it.
create table adjustments (
    merchant_id uuid not null,
    attempt_id uuid not null,
    speaks boolean not null,            -- otherwise the candidate types, and no microphone is asked for
    pace text check (pace in ('faster', 'normal', 'slower')),   -- null: the interview's
    time_factor numeric(3, 2) not null check (time_factor between 1 and 2),
    accents jsonb not null,             -- {language: locale}, for the ear alone
    has_large_text boolean not null,
    interviewer text not null check (interviewer in ('moving', 'still', 'unseen')),
    changed_at timestamptz not null,
    primary key (merchant_id, attempt_id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

alter table adjustments enable row level security;
alter table adjustments force row level security;
create policy tenant on adjustments
    using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert, update on adjustments to vivavoce_app;
