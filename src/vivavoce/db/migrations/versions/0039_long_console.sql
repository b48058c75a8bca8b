-- What a search for a person looks into: a part of a word has no index without pg_trgm, which is not on every server, so
-- everybody's name is read, in the index alone. Bounded, since an index holds no more than 2,700 bytes of a row.
alter table candidates add column folded text
    generated always as (left(lower(name), 320) || chr(10) || left(coalesce(email, ''), 320)) stored;
create index candidates_newest on candidates (merchant_id, id desc) include (folded, erasing_at, erased_at)
    where erasing_at is null;       -- the two are what the policies ask of each row

-- Whoever was let in, counted in the index alone.
drop index invitations_of_person;
create index invitations_of_person on invitations (merchant_id, candidate_id)
    include (environment, is_test, interview_id, created_at);
create index invitations_newest on invitations (merchant_id, environment, created_at)
    include (candidate_id) where not is_test;

drop index attempts_of_person;
create index attempts_of_person on attempts (merchant_id, candidate_id)
    include (environment, is_test, state, interview_id);

-- Results: counted (few values and many rows: PostgreSQL keeps each value once, and counting reads little), and in the
-- order in which they changed.
create index attempts_counted on attempts (merchant_id, environment, state, decision, archived_at) where not is_test;
create index attempts_changed on attempts (merchant_id, environment, updated_at desc, id desc)
    include (state, interview_id, candidate_id, number, decision, is_shortlisted, archived_at, emoji);
create index attempts_of_interview on attempts (merchant_id, interview_id, created_at desc, id desc)
    include (environment, state, begun_at, is_test);
-- By day, for the charts.
create index attempts_begun on attempts (merchant_id, environment, begun_at) where not is_test;
create index attempts_sent on attempts (merchant_id, environment, submitted_at)
    where submitted_at is not null and not is_test;

-- What one person asked for, and what was asked for in one attempt.
create index tasks_of_person on tasks (merchant_id, candidate_id);
create index tasks_of_attempt on tasks (merchant_id, attempt_id) where attempt_id is not null;

-- The history of one result. A create tells of its interview and pays nothing for it.
create index events_of_attempt on events (merchant_id, subject_id) where kind <> 'interview.created';

-- What failed for good at one merchant.
create index jobs_failed on procrastinate_jobs ((args ->> 'merchant_id'), id desc) where status = 'failed';

-- Of the tables that are read row by row in their hundred thousands and have a policy besides the tenant's: where either
-- of two may let a row through, no index knows which, and each row was asked for the settings anew, text and cast. In a
-- sub-select they are read once for a statement. What is written is checked as before.
alter policy tenant on attempts using (merchant_id = (select nullif(current_setting('app.merchant_id', true), '')::uuid))
    with check (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
alter policy due on attempts using ((select current_setting('app.sweeps', true)) = 'due');
alter policy tenant on candidates using (merchant_id = (select nullif(current_setting('app.merchant_id', true), '')::uuid))
    with check (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
alter policy due on candidates
    using ((select current_setting('app.sweeps', true)) = 'due' and erasing_at is not null and erased_at is null);
alter policy tenant on invitations using (merchant_id = (select nullif(current_setting('app.merchant_id', true), '')::uuid))
    with check (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
alter policy due on invitations using ((select current_setting('app.sweeps', true)) = 'due');
alter policy tenant on interviews using (merchant_id = (select nullif(current_setting('app.merchant_id', true), '')::uuid))
    with check (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
alter policy by_id on interviews using (id = (select nullif(current_setting('app.interview_id', true), '')::uuid));
