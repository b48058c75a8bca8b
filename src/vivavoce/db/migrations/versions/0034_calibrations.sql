-- How far scores were from the marks of a merchant's own people, version by version. No answer and no person stands in it.
create table calibrations (
    merchant_id uuid not null references merchants (id),
    version integer not null check (version > 0),
    rater text not null,                -- who judged, as judgements have it: it counts for these alone
    answers integer not null check (answers > 0),
    definition jsonb not null,          -- level, residuals, cuts, what was measured
    made_at timestamptz not null,
    primary key (merchant_id, version)
);
alter table calibrations enable row level security;
alter table calibrations force row level security;
create policy tenant on calibrations
    using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert on calibrations to vivavoce_app;
