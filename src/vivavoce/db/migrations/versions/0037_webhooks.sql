-- Where a merchant wants to hear of results, in one environment.
create table webhook_endpoints (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    environment text not null,
    url text not null,
    kinds text[] not null,              -- of the events that go there: collected, result, failed
    sealed_headers bytea not null,      -- what goes along with each; there may be secrets in them
    sealed_secret bytea not null,       -- what signs
    sealed_old_secret bytea,            -- what signs beside it until then
    old_secret_until timestamptz,
    off_since timestamptz,              -- null: events go there
    off_reason text check (off_reason in ('asked', 'failing', 'gone')),
    notice_email text,                  -- who hears when it was switched off because nobody answers there
    failing_since timestamptz,          -- when the first try failed since the last that did not; null: none did
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    primary key (merchant_id, id),
    check ((off_since is null) = (off_reason is null)),
    check ((sealed_old_secret is null) = (old_secret_until is null))
);
create index webhook_endpoints_of_environment on webhook_endpoints (merchant_id, environment);

-- What is told, word by word: the same each time. Its id is that of the event that it tells of.
create table webhook_messages (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    environment text not null,
    kind text not null,
    attempt_id uuid not null,
    body text not null,
    is_test boolean not null,           -- it tries one endpoint out; nothing has happened
    created_at timestamptz not null default now(),
    primary key (merchant_id, id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
create index webhook_messages_of_attempt on webhook_messages (merchant_id, attempt_id, created_at);
create index webhook_messages_by_age on webhook_messages (created_at);

-- That a message is to arrive at an endpoint, and how each try went.
create table webhook_deliveries (
    merchant_id uuid not null,
    id uuid not null,
    endpoint_id uuid not null,
    message_id uuid not null,
    state text not null check (state in ('waiting', 'delivered', 'failed')),
    round integer not null default 0,           -- how many tries since it was last left; ten are made
    tries jsonb not null default '[]',          -- [{"at": …, "seconds": 0.1, "status": 500, "fault": null}]
    next_at timestamptz,                        -- when it is tried next; null: never
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now(),
    primary key (merchant_id, id),
    unique (merchant_id, endpoint_id, message_id),
    foreign key (merchant_id, endpoint_id) references webhook_endpoints (merchant_id, id) on delete cascade,
    foreign key (merchant_id, message_id) references webhook_messages (merchant_id, id) on delete cascade,
    check ((state = 'waiting') = (next_at is not null))
);
create index webhook_deliveries_newest on webhook_deliveries (merchant_id, endpoint_id, created_at desc, id desc);
create index webhook_deliveries_of_message on webhook_deliveries (merchant_id, message_id);

do $$
declare name text;
begin
    foreach name in array array['webhook_endpoints', 'webhook_messages', 'webhook_deliveries']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
    end loop;
end $$;
grant select, insert, update, delete on webhook_endpoints to vivavoce_app;
grant select, insert, delete on webhook_messages to vivavoce_app;       -- the same words each time
grant select, insert, update on webhook_deliveries to vivavoce_app;     -- they go with their message or endpoint
create policy due on webhook_messages for select
    using (current_setting('app.sweeps', true) = 'due' and created_at < now() - interval '30 days');
create trigger attempt_stays before insert on webhook_messages
    for each row when (new.attempt_id is not null) execute function refuse_attempt_being_erased();

create or replace function erase_attempt(of_merchant uuid, of_attempt uuid, moment timestamptz)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if of_merchant is distinct from nullif(current_setting('app.merchant_id', true), '')::uuid then
        raise insufficient_privilege using message = 'another tenant''s attempt';
    end if;
    perform from attempts where merchant_id = of_merchant and id = of_attempt
        and erasing_at is not null and erased_at is null for update;    -- waits for whoever still adds to it
    if not found then
        return false;
    end if;
    update attempts set erased_at = moment, updated_at = moment, emoji = null,
        score = null, answers_score = null, session_score = null, preview_score = null
    where merchant_id = of_merchant and id = of_attempt;
    delete from drafts where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from hearings where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from playouts where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from corrections where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from previews where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from judgements where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from overturns where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from ratings where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from verdict_views where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from comments where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from decisions where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from introductions where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from remarks where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from adjustments where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from branches where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from wishes where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from model_calls where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from webhook_messages where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from answers where merchant_id = of_merchant and attempt_id = of_attempt;
    update tasks set text = '', reason = case when reason is null then null else '' end
    where merchant_id = of_merchant and attempt_id = of_attempt;
    return true;
end $$;
