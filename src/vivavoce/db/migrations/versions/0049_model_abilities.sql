-- What a language model's server was found to take, so that it is asked once, and not by each server at each start. Of
-- the server's own models the row belongs to no merchant: to the tenant of zeros, as passkeys do.
create table model_abilities (
    merchant_id uuid not null,
    place text not null,                -- names address, model and key; another key is another place
    form text not null check (form in ('json_schema', 'json_object', 'none')),
    limit_key text check (limit_key in ('max_tokens', 'max_completion_tokens')),    -- null: it takes neither
    takes_temperature boolean not null,
    learnt_at timestamptz not null,     -- after a week it is learnt anew
    primary key (merchant_id, place)
);

alter table model_abilities enable row level security;
alter table model_abilities force row level security;
create policy tenant on model_abilities using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert, update, delete on model_abilities to vivavoce_app;

-- What the server asks for itself, when it starts and by `vivavoce doctor`, is on record like every other call: in the
-- tenant of zeros, which is no merchant.
alter table model_days drop constraint model_days_merchant_id_fkey;
alter table model_calls drop constraint model_calls_merchant_id_fkey;
