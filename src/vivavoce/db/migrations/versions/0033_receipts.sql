-- What a judgement rests on, signed and chained: each names the digest of the one before it at its merchant. Added, never
-- changed; of somebody who is erased the record goes, and its digest stays, so that the chain holds.
create table judgement_receipts (
    merchant_id uuid not null,
    number bigint not null check (number > 0),      -- from 1, without a hole
    attempt_id uuid not null,
    version integer not null,                       -- of the judgement
    sha256 text not null,                           -- of the record, which holds a random salt
    previous text not null,                         -- the sha256 of the one before; '': it is the first
    key text not null,                              -- the public key that signed it
    signature text not null,
    record jsonb,                                   -- null: erased
    written_at timestamptz not null,
    primary key (merchant_id, number),
    unique (merchant_id, attempt_id, version),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
alter table judgement_receipts enable row level security;
alter table judgement_receipts force row level security;
create policy tenant on judgement_receipts
    using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert on judgement_receipts to vivavoce_app;

create function erase_receipts() returns trigger language plpgsql as $$
begin
    update judgement_receipts set record = null where merchant_id = new.merchant_id and attempt_id = new.id;
    return null;
end $$;
create trigger receipts_lose_their_records after update of erased_at on attempts
    for each row when (old.erased_at is null and new.erased_at is not null) execute function erase_receipts();
