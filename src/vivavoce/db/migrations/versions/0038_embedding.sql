-- An embedded frame names its embed key alone, before any merchant is known. The transaction that asks whose it is says
-- which one, and sees that row and no other, as with an interview (decision 0010).
create index embed_keys_by_id on embed_keys (id);
create policy by_id on embed_keys for select
    using (id = nullif(current_setting('app.embed_id', true), '')::uuid);

-- While a key is being replaced, the one before signs beside it.
alter table embed_keys
    add column sealed_old_key bytea,
    add column old_key_until timestamptz,
    add check ((sealed_old_key is null) = (old_key_until is null));

-- A signature over name and email, one after the other, does not say where the name ends: what it was first used for
-- is the one reading of it that counts. Neither name nor email stands here.
create table embed_pins (
    merchant_id uuid not null,
    embed_id uuid not null,
    signature_sha256 bytea not null,
    name_bytes integer not null,        -- where the name ends, in UTF-8
    pinned_at timestamptz not null default now(),
    primary key (merchant_id, embed_id, signature_sha256),
    foreign key (merchant_id, embed_id) references embed_keys (merchant_id, id) on delete cascade
);

-- A token that was used, and the frame that came of it; gone after a day, long after the token is too old.
create table embed_tokens (
    merchant_id uuid not null,
    embed_id uuid not null,
    token_sha256 bytea not null,        -- of its `jti`
    frame uuid not null,
    used_at timestamptz not null,
    primary key (merchant_id, embed_id, token_sha256),
    foreign key (merchant_id, embed_id) references embed_keys (merchant_id, id) on delete cascade
);
create index embed_tokens_oldest on embed_tokens (merchant_id, used_at);

do $$
declare name text;
begin
    foreach name in array array['embed_pins', 'embed_tokens']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
    end loop;
end $$;
grant select, insert on embed_pins to vivavoce_app;
grant select, insert, delete on embed_tokens to vivavoce_app;
