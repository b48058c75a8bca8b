-- Whoever refers to an interview or an attempt has it looked up by its key, ten times in a create call. Where a table has
-- not been analyzed yet, PostgreSQL takes every index that holds the key's columns for as good as the key itself, and of
-- these the one that was made last, which may mean reading all of the merchant's. An index with a condition that no
-- lookup by key fulfils is none of them; whoever lists names environment or interview, which fulfils it.
drop index interviews_newest;
create index interviews_newest on interviews (merchant_id, environment, kind, updated_at desc, id desc)
    include (status) where environment is not null;
drop index attempts_newest;
create index attempts_newest on attempts (merchant_id, environment, created_at desc, id desc)
    include (state, interview_id, candidate_id, number, updated_at, score, decision, is_shortlisted, archived_at, emoji)
    where environment is not null;
drop index attempts_changed;
create index attempts_changed on attempts (merchant_id, environment, updated_at desc, id desc)
    include (state, interview_id, candidate_id, number, decision, is_shortlisted, archived_at, emoji)
    where environment is not null;
drop index attempts_of_interview;
create index attempts_of_interview on attempts (merchant_id, interview_id, created_at desc, id desc)
    include (environment, state, begun_at, is_test) where interview_id is not null;
