-- Candidates by whether they were let in and whether they have begun: each counted in an index alone, in the order of
-- the people.
create index invitations_let_in on invitations (merchant_id, environment, candidate_id)
    include (expires_at, created_at) where not is_test;
create index attempts_begun_by on attempts (merchant_id, environment, candidate_id) where not is_test;
create index candidates_erasing on candidates (merchant_id, id) include (erased_at) where erasing_at is not null;
-- Who came by themselves.
create index invitations_without_link on invitations (merchant_id, environment, candidate_id)
    where expires_at <= created_at and not is_test;
