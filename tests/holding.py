"""Where an attempt keeps something of its person, and statements that put something into each of these places.

Each takes the attempt's id, an id for the row, and the words.
"""

HOLDING = [
    "answers",
    "drafts",
    "hearings",
    "playouts",
    "corrections",
    "previews",
    "judgements",
    "introductions",
    "camera_takes",
    "observations",
    "integrity_facts",
    "fact_strikes",
    "remarks",
    "adjustments",
    "branches",
    "wishes",
    "model_calls",
    "report_results",
    "automatic_reports",
    "decisions",
    "overturns",
    "ratings",
    "verdict_views",
    "comments",
    "webhook_messages",
]
BESIDE = (
    "insert into drafts (merchant_id, attempt_id, number, text, written_at)"
    " select merchant_id, id, 1, $3, now() from attempts where id = $1 and $2::uuid is not null on conflict do nothing",
    "insert into hearings (merchant_id, attempt_id, number, key, words, heard_at)"
    " select merchant_id, id, 1, $2, jsonb_build_array($3::text), now() from attempts where id = $1",
    "insert into playouts (merchant_id, id, attempt_id, number, key, seconds, of_seconds, is_interrupted, how, at)"
    " select merchant_id, $2, id, 1, $2, 1, 2, true, 'sound', now() from attempts where id = $1 and $3 <> ''",
    "insert into corrections (merchant_id, id, attempt_id, number, text, made_in, made_at)"
    " select merchant_id, $2, id, 1, $3, 'results', now() from attempts where id = $1",
    "insert into previews (merchant_id, attempt_id, corrections, result, judged_at)"
    " select merchant_id, id, 0, jsonb_build_object($2::uuid, $3::text), now() from attempts where id = $1",
    "insert into judgements (merchant_id, id, attempt_id, version, rater, rubric_digest, result, judged_at)"
    " select merchant_id, $2, id, 1, '', '', jsonb_build_object('quote', $3::text), now() from attempts where id = $1",
    "insert into camera_takes (merchant_id, attempt_id, id, number, begins_at, format, parts, size_bytes, begun_at,"
    " changed_at) select merchant_id, id, $2, 1, 0, 'webm', 0, 0, now(), now() from attempts"
    " where id = $1 and $3 <> ''",
    "insert into observations (merchant_id, id, attempt_id, key, kind, at, label, noted_at)"
    " select merchant_id, $2, id, $2, 'virtual_camera', now(), $3, now() from attempts where id = $1",
    "insert into integrity_facts (merchant_id, attempt_id, kind, strength, first_at, last_at, times, moments, found_at)"
    " select merchant_id, id, $2::uuid::text, 'weak', now(), now(), 1, jsonb_build_array($3::text), now() from attempts"
    " where id = $1",
    "insert into fact_strikes (merchant_id, id, attempt_id, kind, is_struck, reason, struck_by, person, struck_at)"
    " select merchant_id, $2, id, 'page_hidden', true, $3, 'a', 'Noor Haddad', now() from attempts where id = $1",
    "insert into introductions (merchant_id, id, attempt_id, format, size_bytes, kept_at)"
    " select merchant_id, $2, id, 'mp4', 1, now() from attempts where id = $1 and $3 <> ''",
    "insert into remarks (merchant_id, attempt_id, rating, text, made_at)"
    " select merchant_id, id, 5, $3, now() from attempts where id = $1 and $2::uuid is not null",
    "insert into adjustments (merchant_id, attempt_id, speaks, time_factor, accents, has_large_text, interviewer,"
    " changed_at) select merchant_id, id, true, 1.5, jsonb_build_object($2::uuid, $3::text), false, 'still', now()"
    " from attempts where id = $1",
    "insert into branches (merchant_id, attempt_id, interview_id, step_id, is_asked, reason, decided_at)"
    " select merchant_id, attempt_id, interview_id, step_id, true, $3, answered_at from answers"
    " where attempt_id = $1 and $2::uuid is not null order by number limit 1",
    "insert into wishes (merchant_id, id, attempt_id, number, kind, by, key, at, text, reply)"
    " select merchant_id, $2, id, 1, 'clarify', 'word', $2, now(), $3, jsonb_build_object('text', $3::text,"
    " 'language', 'en')"
    " from attempts where id = $1",
    "insert into model_calls (merchant_id, id, attempt_id, day, called_at, purpose, prompt_id, prompt_digest,"
    " request_digest, model, url, parameters, most_cost, cost, told, asked, answer)"
    " select merchant_id, $2, id, '2026-11-28', now(), 'read', '', '', '', '', '', '{}', 1, 1, 'Say.', $3, $3"
    " from attempts where id = $1",
    "with made as (insert into reports (merchant_id, id, environment, place, sealed_key, size_bytes, sha256, made_by,"
    " made_at, expires_at) select merchant_id, $2, environment, $3, '', 1, '', '', now(), now() + interval '1 day'"
    " from attempts where id = $1 returning merchant_id, id)"
    " insert into report_results (merchant_id, report_id, attempt_id) select merchant_id, id, $1 from made",
    "insert into automatic_reports (merchant_id, attempt_id, state, wanted_at)"
    " select merchant_id, id, 'waiting', now() from attempts where id = $1 and $2::uuid is not null and $3 <> ''",
    "insert into decisions (merchant_id, id, attempt_id, kind, reason, shared_by, feedback, is_mailed, decided_by,"
    " person, decided_at) select merchant_id, $2, id, 'rejected', $3, 1, $3, false, 'a', 'Noor', now() from attempts"
    " where id = $1",
    "insert into overturns (merchant_id, id, attempt_id, interview_id, version, score, before, reason, overturned_by,"
    " person, overturned_at) select merchant_id, $2, id, interview_id, 1, 5, '', $3, 'a', 'Noor Haddad', now()"
    " from attempts where id = $1",
    "insert into ratings (merchant_id, id, attempt_id, rated_by, person, marks, hid_names, rated_at)"
    " select merchant_id, $2, id, 'a', 'Noor Haddad', jsonb_build_array($3::text), false, now() from attempts"
    " where id = $1",
    "insert into verdict_views (merchant_id, attempt_id, seen_by, seen_at)"
    " select merchant_id, id, 'a', now() from attempts where id = $1 and $2::uuid is not null and $3 <> ''",
    "insert into comments (merchant_id, id, attempt_id, text, written_by, person, written_at)"
    " select merchant_id, $2, id, $3, 'a', 'Noor Haddad', now() from attempts where id = $1",
    "insert into webhook_messages (merchant_id, id, environment, kind, attempt_id, body, is_test)"
    " select merchant_id, $2, environment, 'result', id, $3, false from attempts where id = $1",
    "insert into tasks (merchant_id, id, environment, kind, interview_id, candidate_id, attempt_id, text)"
    " select merchant_id, $2, environment, 'trouble', interview_id, candidate_id, id, $3 from attempts where id = $1",
)
