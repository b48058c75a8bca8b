-- A merchant's results: attempts that are counted, sorted or passed over are looked at in the index alone.
drop index attempts_newest;
create index attempts_newest on attempts (merchant_id, environment, created_at desc, id desc)
    include (state, interview_id, candidate_id, number, updated_at, score);
