-- The moment from which nobody can begin (interviews/draft.py `read_end`); null: never.
alter table interviews add column closes_at timestamptz;
-- The owner that upgrades may be no superuser, and would see no row.
alter table interviews no force row level security;
-- A date ends with its day, a time without an offset is in UTC.
update interviews set closes_at = case
    when sent.till ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then (sent.till::date + 1)::timestamp at time zone 'UTC'
    when sent.till ~ '(Z|[+-][0-9]{2}:[0-9]{2})$' then sent.till::timestamptz
    else sent.till::timestamp at time zone 'UTC'
end
from (select merchant_id, id, settings ->> 'available_till' as till from interviews) as sent
where (sent.merchant_id, sent.id) = (interviews.merchant_id, interviews.id) and sent.till is not null;
alter table interviews force row level security;

-- The public list, the newest first: what has closed is passed over within the index.
create index interviews_open on interviews (merchant_id, environment, id desc) include (closes_at, kind)
    where status = 'active' and visibility = 'listed';
-- The merchant's own lists: rows that are counted or passed over are looked at in the index alone.
drop index interviews_newest;
create index interviews_newest on interviews (merchant_id, environment, kind, updated_at desc, id desc) include (status);
drop index tasks_newest;
create index tasks_newest on tasks (merchant_id, environment, created_at desc, id desc) include (state, interview_id);
