-- A report that is kept as a file, sealed by a key of its own: without this row nobody reads it.
create table reports (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    environment text not null,
    place text not null,                -- the file's name in the store
    sealed_key bytea not null,          -- the file's key, sealed by the server's
    size_bytes bigint not null,
    sha256 text not null,               -- of the report itself
    made_by text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,    -- no address opens it afterwards; a worker removes it
    primary key (merchant_id, id)
);
create index reports_by_end on reports (expires_at);

-- Whose results a report holds: it goes with any of them.
create table report_results (
    merchant_id uuid not null,
    report_id uuid not null,
    attempt_id uuid not null,
    primary key (merchant_id, report_id, attempt_id),
    foreign key (merchant_id, report_id) references reports (merchant_id, id) on delete cascade,
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
create index report_results_of_attempt on report_results (merchant_id, attempt_id);

-- How the report stands that an interview wants of each result, made by itself once the result is judged.
create table automatic_reports (
    merchant_id uuid not null,
    attempt_id uuid not null,
    state text not null check (state in ('waiting', 'made', 'failed')),
    tries integer not null default 0,
    wanted_at timestamptz not null,     -- whatever waits for it waits no longer than REPORT_WITHIN from here
    ended_at timestamptz,               -- when it was made, or given up
    report_id uuid,                     -- the latest that was made; null: none was, or it has expired
    primary key (merchant_id, attempt_id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id),
    check ((state = 'waiting') = (ended_at is null))
);

do $$
declare name text;
begin
    foreach name in array array['reports', 'report_results', 'automatic_reports']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
        execute format('grant select, insert on %I to vivavoce_app', name);
    end loop;
    foreach name in array array['report_results', 'automatic_reports']
    loop
        execute format('create trigger attempt_stays before insert on %I
            for each row execute function refuse_attempt_being_erased()', name);
    end loop;
end $$;
grant delete on reports to vivavoce_app;
grant update on automatic_reports to vivavoce_app;
-- Whoever sweeps looks for what has expired, at every merchant.
create policy due on reports for select
    using (current_setting('app.sweeps', true) = 'due' and expires_at < now());

-- Reports go with any of the results that they are of, and their keys with them. A step of its own, beside
-- `erase_attempt`, which updates the attempt first of all.
create function erase_reports() returns trigger language plpgsql as $$
begin
    delete from reports where merchant_id = new.merchant_id and id in (
        select report_id from report_results where merchant_id = new.merchant_id and attempt_id = new.id
    );
    delete from automatic_reports where merchant_id = new.merchant_id and attempt_id = new.id;
    return null;
end $$;
create trigger reports_go after update of erased_at on attempts
    for each row when (old.erased_at is null and new.erased_at is not null) execute function erase_reports();
