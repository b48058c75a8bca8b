-- How much more time somebody has at an interview, as the merchant set it: the latest counts. Why is not kept, since it
-- may tell of somebody's health.
create table extra_times (
    merchant_id uuid not null,
    id uuid not null,
    interview_id uuid not null,
    candidate_id uuid not null,
    minutes integer not null check (minutes between 0 and 480),
    actor text not null,
    set_at timestamptz not null,
    primary key (merchant_id, id),
    foreign key (merchant_id, interview_id) references interviews (merchant_id, id),
    foreign key (merchant_id, candidate_id) references candidates (merchant_id, id)
);
create index extra_times_of_person on extra_times (merchant_id, candidate_id, interview_id, set_at desc);

alter table extra_times enable row level security;
alter table extra_times force row level security;
create policy tenant on extra_times using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert on extra_times to vivavoce_app;
create trigger person_stays before insert on extra_times
    for each row execute function refuse_person_being_erased();
