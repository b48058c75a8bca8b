-- Who works at a merchant, by their e-mail address. One address may be a member of several merchants, a row each.
create table members (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    email text not null check (email = lower(btrim(email))),
    name text not null,
    role text not null
        check (role in ('admin', 'merchant_owner', 'merchant', 'merchant_selection', 'mentor', 'user')),
    status text not null check (status in ('invited', 'active', 'ended')),
    language text not null,             -- of mails
    message text not null default '',   -- of whoever invited them
    console_url text not null default '',   -- where they sign in, as the mail tells it
    invited_at timestamptz not null,
    mailed_at timestamptz,              -- the invitation; null: not yet, or it was not to be
    joined_at timestamptz,
    ended_at timestamptz,
    primary key (merchant_id, id),
    check ((status = 'ended') = (ended_at is not null)),
    check (status <> 'active' or joined_at is not null)
);
create unique index members_by_email on members (merchant_id, email);
create index members_of_person on members (email);

-- Somebody asked to be let into the console. No merchant is known before the code comes back, so the row belongs to
-- none: to the tenant of zeros. It is made for every address, known or not.
create table member_codes (
    merchant_id uuid not null,
    id uuid not null,
    email text not null check (email = lower(btrim(email))),
    mailbox text not null,
    client bytea not null,
    language text not null,
    code_hash bytea,                    -- of the code that was mailed last; null: none was
    tries integer not null default 0,
    asked_at timestamptz not null,
    sent_at timestamptz,
    used_at timestamptz,
    primary key (merchant_id, id)
);
create index member_codes_of_mailbox on member_codes (merchant_id, mailbox, asked_at);
create index member_codes_of_client on member_codes (merchant_id, client, asked_at);
create index member_codes_oldest on member_codes (merchant_id, asked_at);

-- A browser in which a member is signed in. It belongs to the merchant where they have been a member for longest.
create table member_sessions (
    merchant_id uuid not null,
    id uuid not null,
    member_id uuid not null,
    browser text not null,              -- as it calls itself
    began_at timestamptz not null,
    seen_at timestamptz not null,       -- to about ten minutes
    ended_at timestamptz,
    primary key (merchant_id, id),
    foreign key (merchant_id, member_id) references members (merchant_id, id)
);
create index member_sessions_of_member on member_sessions (merchant_id, member_id, seen_at desc);

do $$
declare name text;
begin
    foreach name in array array['members', 'member_codes', 'member_sessions']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
        execute format('grant select, insert, update on %I to vivavoce_app', name);
    end loop;
end $$;
grant delete on member_codes to vivavoce_app;

-- Of which merchants somebody is a member: whoever asks says whose address it is, and has seen that it is theirs.
create policy of_person on members for select using (email = nullif(current_setting('app.email', true), ''));
create policy of_person on merchants for select using (exists (
    select from members where members.merchant_id = merchants.id
        and members.email = nullif(current_setting('app.email', true), '')
));
