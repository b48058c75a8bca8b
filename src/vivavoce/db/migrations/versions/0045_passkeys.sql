-- Members' passkeys, by their address. A person may work at several merchants, so the row belongs to none: to the tenant
-- of zeros, as the accounts beside it do.
create table passkeys (
    merchant_id uuid not null,
    id uuid not null,
    email text not null check (email = lower(btrim(email))),
    credential_id bytea not null,
    public_key bytea not null,          -- COSE
    sign_count bigint not null,         -- as its device counted when it was last used; 0: it doesn't
    is_synced boolean not null,         -- may be on several of its owner's devices
    name text not null,                 -- by which its owner knows it
    made_at timestamptz not null,
    asked_at timestamptz not null,      -- the challenge that it last answered: none of before is taken
    used_at timestamptz,
    primary key (merchant_id, id)
);
create unique index passkeys_by_credential on passkeys (merchant_id, credential_id);
create index passkeys_of_person on passkeys (merchant_id, email);

alter table passkeys enable row level security;
alter table passkeys force row level security;
create policy tenant on passkeys using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert, update, delete on passkeys to vivavoce_app;
