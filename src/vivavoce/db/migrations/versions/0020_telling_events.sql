-- Where each event stands in the order of all, and the environment that it belongs to; null: to the merchant as a whole,
-- or, of an old one, to one that can't be known any more.
alter table events add column number bigint, add column environment text;

-- Unforced meanwhile: under force, the tables' owner would change no row and hear of no error.
alter table events no force row level security;
alter table interviews no force row level security;
alter table attempts no force row level security;
alter table tasks no force row level security;
update events set number = numbered.number, environment = numbered.environment
from (
    select events.merchant_id, events.id, row_number() over (order by events.id) as number,
        coalesce(interviews.environment, attempts.environment, tasks.environment, named.environment) as environment
    from events
        left join interviews on (interviews.merchant_id, interviews.id) = (events.merchant_id, events.subject_id)
        left join attempts on (attempts.merchant_id, attempts.id) = (events.merchant_id, events.subject_id)
        left join tasks on (tasks.merchant_id, tasks.id) = (events.merchant_id, events.subject_id)
        left join interviews as named
            on (named.merchant_id, named.id::text) = (events.merchant_id, events.data ->> 'interview_id')
) as numbered
where (numbered.merchant_id, numbered.id) = (events.merchant_id, events.id);
alter table events alter column number set not null;
alter table events alter column number add generated always as identity;
select setval(pg_get_serial_sequence('events', 'number'), greatest(max(number), 1), max(number) is not null) from events;
alter table events force row level security;
alter table interviews force row level security;
alter table attempts force row level security;
alter table tasks force row level security;
-- In the order in which they are read, by the one index that there was already.
alter table events drop constraint events_pkey, add primary key (merchant_id, number);
-- Nothing reads by it, and each event paid for it.
drop index events_of_subject;

-- Who wants to hear of a merchant's events in one environment, and how far it has heard.
create table event_listeners (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    environment text not null,
    name text not null,                 -- which of the worker's listeners they are handed to
    kinds text[],                       -- null: all
    cursor bigint not null,             -- the number of the last event that was handed over, or passed over
    created_at timestamptz not null default now(),
    primary key (merchant_id, id)
);
alter table event_listeners enable row level security;
alter table event_listeners force row level security;
create policy tenant on event_listeners
    using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert, update, delete on event_listeners to vivavoce_app;

-- A number is taken long before it is committed, so a later one may be seen first. Who writes an event shares its
-- merchant's lock from before it takes the number until the commit. Who reads looks up the newest number first, and then
-- waits until those who hold the lock at that moment are done: no lower number can come after that. Nobody waits in order
-- to write, and no number of another server's transactions is kept, which a restored database would not understand.
create function event_lock(of_merchant uuid) returns bigint language sql immutable as $$
    select hashtextextended('events of ' || of_merchant::text, 0)   -- without the cast it would not be inlined
$$;

-- The transactions that are writing an event of this merchant now, as PostgreSQL names them while they run.
create function event_writers(of_merchant uuid) returns text[] language sql volatile as $$
    select coalesce(array_agg(virtualtransaction), '{}') from pg_locks
    where locktype = 'advisory' and objsubid = 1 and granted
        and database = (select oid from pg_database where datname = current_database())
        and (classid::bigint << 32) | objid::bigint = event_lock(of_merchant)
$$;

-- The one way in which an event is written: its row, and a note for each listener that wants it and has none waiting.
-- A note that waits is enough: its worker begins by waiting for whoever holds the lock, as this transaction does.
-- The create call runs through here, and mostly nobody listens. So the lock is an expression (which is how plpgsql
-- evaluates an "if" without a query), row and listeners are one statement, and the queue is looked at for listeners alone.
-- The lock comes first: what is read after it must be as it is then.
create function tell_event(of_merchant uuid, of_environment text, event_id uuid, of_kind text, of_subject uuid,
    by_actor text, with_data jsonb default '{}')
returns void language plpgsql as $$
declare
    wanting uuid[];
begin
    if pg_advisory_xact_lock_shared(event_lock(of_merchant)) is null then
        return;     -- never: void is no null
    end if;
    insert into events (merchant_id, environment, id, kind, subject_id, actor, data)
    values (of_merchant, of_environment, event_id, of_kind, of_subject, by_actor, with_data)
    returning (
        select array_agg(listener.id) from event_listeners as listener
        where listener.merchant_id = of_merchant
            and (of_environment is null or listener.environment = of_environment)
            and (listener.kinds is null or of_kind = any (listener.kinds))
    ) into wanting;
    if wanting is null then
        return;
    end if;
    perform procrastinate_defer_jobs_v1(array_agg(
        row('events', 'tell_events', 0, 'events of ' || wanted.listener, null,
            jsonb_build_object('merchant_id', of_merchant, 'subject_id', wanted.listener), null)::procrastinate_job_to_defer_v1))
    from unnest(wanting) as wanted (listener)
    where not exists (
        select from procrastinate_jobs
        where queue_name = 'events' and status = 'todo' and lock = 'events of ' || wanted.listener
    )
    having count(*) > 0;
end $$;
