-- Every table belongs to one merchant: its key begins with merchant_id, its foreign keys are composite (a plain one
-- sees through row-level security), and its rows are visible to that merchant's transactions alone.

create table merchants (
    id uuid primary key,
    parent_id uuid references merchants (id),
    slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name text not null,
    status text not null default 'active' check (status in ('active', 'closed')),
    portals text[] not null default '{interview}' check (portals <@ '{interview,coaching}'),
    created_at timestamptz not null default now()
);
create index merchants_by_parent on merchants (parent_id);

-- Tokens that were taken back before their end. token_id: what the token says as its `jti`.
create table revoked_tokens (
    merchant_id uuid not null references merchants (id),
    token_id text not null check (length(token_id) between 1 and 255),
    expires_at timestamptz not null,    -- from then on the token is refused for its age
    revoked_at timestamptz not null default now(),
    primary key (merchant_id, token_id)
);

-- The pages that may call from a browser, each by its scheme, host and port.
create table origins (
    merchant_id uuid not null references merchants (id),
    origin text not null check (origin ~ '^https?://[^/]+$'),
    created_at timestamptz not null default now(),
    primary key (merchant_id, origin)
);

create table stores (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    slug text not null,
    name text not null,
    created_at timestamptz not null default now(),
    primary key (merchant_id, id),
    unique (merchant_id, slug)
);

create table templates (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    slug text not null,
    name text not null,
    modality text not null default 'voice' check (modality in ('voice', 'avatar', 'recorded')),
    status text not null default 'active' check (status in ('draft', 'active', 'archived', 'deleted')),
    language text not null default 'en',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (merchant_id, id),
    unique (merchant_id, slug)
);

create table interviews (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    environment text not null,
    revision integer not null default 1,
    name text not null,
    location text,
    description text,
    kind text not null check (kind in ('interview', 'coaching', 'assessment')),
    status text not null check (status in ('draft', 'active', 'preparing', 'completed', 'archived', 'deleted')),
    visibility text not null check (visibility in ('listed', 'unlisted', 'invited')),
    language text not null,
    speech_locale text not null,
    template_id uuid not null,
    store_id uuid,
    code text,
    settings jsonb not null,
    created_by text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (merchant_id, id),
    constraint interview_template foreign key (merchant_id, template_id) references templates (merchant_id, id),
    constraint interview_store foreign key (merchant_id, store_id) references stores (merchant_id, id)
);
create index interviews_newest on interviews (merchant_id, updated_at desc, id desc);

create table steps (
    merchant_id uuid not null,
    id uuid not null,
    interview_id uuid not null,
    place integer not null,
    text text not null,
    answered_by text not null check (answered_by in ('open', 'choice', 'candidate_asks')),
    is_conditional boolean not null,
    is_scored boolean not null,
    is_expert boolean not null,
    parent_id uuid,
    store_id uuid,
    caller_id text,
    also_known_as text[] not null default '{}',
    detail jsonb not null,              -- alternatives, condition, expectations, the caller's own data: read with the step, never searched
    removed_at timestamptz,             -- an edit unlinks a step; the answers that it got keep it
    -- One index: it finds an interview's steps and each of them, and a create writes ten steps at a time.
    primary key (merchant_id, interview_id, id),
    foreign key (merchant_id, interview_id) references interviews (merchant_id, id),
    foreign key (merchant_id, interview_id, parent_id) references steps (merchant_id, interview_id, id),
    constraint step_store foreign key (merchant_id, store_id) references stores (merchant_id, id),
    check (is_conditional or parent_id is null)
);

-- What an attempt is held by: steps, rubric and settings as they were. Written once, never changed.
create table versions (
    merchant_id uuid not null,
    interview_id uuid not null,
    revision integer not null,
    definition jsonb not null,
    created_at timestamptz not null default now(),
    primary key (merchant_id, interview_id, revision),
    foreign key (merchant_id, interview_id) references interviews (merchant_id, id)
);

-- What a call with an Idempotency-Key was answered, for a day: the same call again gets the same bytes.
create table replies (
    merchant_id uuid not null references merchants (id),
    route text not null,
    key text not null,
    body_digest bytea not null,
    sealed_answer bytea not null,
    answered_at timestamptz not null default now(),
    primary key (merchant_id, route, key)
);

create table embed_keys (
    merchant_id uuid not null,
    id uuid not null,
    interview_id uuid not null,
    sealed_key bytea not null,
    created_at timestamptz not null default now(),
    primary key (merchant_id, id),
    unique (merchant_id, interview_id),
    foreign key (merchant_id, interview_id) references interviews (merchant_id, id)
);

create table candidates (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    name text not null default '',
    email text check (email = lower(btrim(email))),
    external_id text,
    created_at timestamptz not null default now(),
    primary key (merchant_id, id)
);
create unique index candidates_by_email on candidates (merchant_id, email) where email is not null;
create index candidates_by_external_id on candidates (merchant_id, external_id) where external_id is not null;

-- One person may take one interview: what a personal link stands for.
create table invitations (
    merchant_id uuid not null,
    id uuid not null,
    interview_id uuid not null,
    candidate_id uuid not null,
    environment text not null,
    is_test boolean not null default false,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (merchant_id, id),
    foreign key (merchant_id, interview_id) references interviews (merchant_id, id),
    foreign key (merchant_id, candidate_id) references candidates (merchant_id, id)
);
create index invitations_of_interview on invitations (merchant_id, interview_id, candidate_id);

create table attempts (
    merchant_id uuid not null,
    id uuid not null,
    interview_id uuid not null,
    revision integer not null,
    candidate_id uuid not null,
    environment text not null,
    number integer not null,            -- 1, 2, … of this person at this interview
    is_test boolean not null,
    state text not null check (state in ('begun', 'finished', 'submitted', 'abandoned', 'failed')),
    seed bigint not null,               -- draws wordings and the random share
    begun_at timestamptz not null,
    finished_at timestamptz,
    submitted_at timestamptz,
    tallied_at timestamptz,
    coverage_percent numeric(5, 2),     -- share of the steps that were answered
    talk_seconds numeric(10, 1),        -- from the first question to the last answer
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (merchant_id, id),
    unique (merchant_id, interview_id, candidate_id, number),
    unique (merchant_id, interview_id, id),
    foreign key (merchant_id, interview_id, revision) references versions (merchant_id, interview_id, revision),
    foreign key (merchant_id, candidate_id) references candidates (merchant_id, id),
    check ((state = 'submitted') = (submitted_at is not null))
);
create index attempts_newest on attempts (merchant_id, created_at desc, id desc);
-- One person has one attempt under way at an interview; a second device joins it.
create unique index attempts_under_way on attempts (merchant_id, interview_id, candidate_id) where state in ('begun', 'finished');

create table consents (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    purpose text not null,
    text_version text not null,
    language text not null,
    is_given boolean not null,
    given_at timestamptz not null,
    primary key (merchant_id, id),
    unique (merchant_id, attempt_id, purpose, given_at),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

create table answers (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    interview_id uuid not null,         -- the attempt's: a step of another interview can't be answered in it
    number integer not null,            -- the turn in this attempt: 1, 2, …
    step_id uuid not null,
    asked text not null,                -- the words that were really asked
    language text not null,
    text text not null,                 -- the answer; the chosen alternative's words for a choice; '' when skipped
    choice integer,
    is_skipped boolean not null,
    key uuid not null,                  -- made by the page; the same on a resend
    asked_at timestamptz not null,
    answered_at timestamptz not null,
    primary key (merchant_id, id),
    unique (merchant_id, attempt_id, number),
    unique (merchant_id, attempt_id, key),
    foreign key (merchant_id, interview_id, attempt_id) references attempts (merchant_id, interview_id, id),
    foreign key (merchant_id, interview_id, step_id) references steps (merchant_id, interview_id, id)
);

-- What happened: the audit log. Rows are added, never changed.
create table events (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    kind text not null,
    subject_id uuid not null,
    actor text not null,
    at timestamptz not null default now(),
    data jsonb not null default '{}',
    primary key (merchant_id, id)
);
create index events_of_subject on events (merchant_id, subject_id, id);

-- Row-level security, forced, for every table. nullif: after its first use the setting reads '' and not NULL.
do $$
declare name text;
begin
    foreach name in array array['revoked_tokens', 'origins', 'stores', 'templates', 'interviews', 'steps', 'versions',
                                'replies', 'embed_keys', 'candidates', 'invitations', 'attempts', 'consents',
                                'answers', 'events']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
        execute format('grant select, insert, update on %I to vivavoce_app', name);
    end loop;
end $$;
revoke update on events, versions, consents from vivavoce_app;
grant delete on embed_keys to vivavoce_app;
grant delete on revoked_tokens, origins to vivavoce_app;

-- Every server holds these two of all merchants in memory (merchants/standing.py): a token is judged, and a browser's
-- preflight answered, where no merchant is known yet. The transaction that reads them says so and sets no merchant; one
-- that sets a merchant alone sees that merchant's rows, as everywhere, and nobody writes another merchant's
-- (decision 0009).
create policy servers on revoked_tokens for select using (current_setting('app.follows', true) = 'all');
create policy servers on origins for select using (current_setting('app.follows', true) = 'all');

-- By trigger, so that the servers hear of a change whoever makes it.
create function tell_servers() returns trigger language plpgsql as $$
begin
    perform pg_notify('vivavoce_standing', '');
    return null;
end $$;
create trigger told after insert or update or delete on revoked_tokens
    for each statement execute function tell_servers();
create trigger told after insert or update or delete on origins
    for each statement execute function tell_servers();

-- A merchant sees itself and its sub-merchants, and one more row: the one whose slug it can name.
alter table merchants enable row level security;
alter table merchants force row level security;
create policy tenant on merchants
    using (id = nullif(current_setting('app.merchant_id', true), '')::uuid);
create policy parent on merchants for select
    using (parent_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
create policy by_slug on merchants for select
    using (slug = nullif(current_setting('app.merchant_slug', true), ''));
grant select, insert, update on merchants to vivavoce_app;

-- So that a server that comes as the application alone can tell whether it fits the database.
grant select on alembic_version to vivavoce_app;
