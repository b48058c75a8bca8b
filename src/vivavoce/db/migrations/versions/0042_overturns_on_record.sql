-- A change that a person made of a judgement has a record in the chain, beside the judgement's own.
alter table judgement_receipts add column overturn_id uuid;     -- null: it is of the judgement itself
alter table judgement_receipts drop constraint judgement_receipts_merchant_id_attempt_id_version_key;
create index judgement_receipts_of_attempt on judgement_receipts (merchant_id, attempt_id);
create unique index judgement_receipts_once on judgement_receipts (merchant_id, attempt_id, version)
    where overturn_id is null;
create unique index judgement_receipts_of_overturn on judgement_receipts (merchant_id, overturn_id)
    where overturn_id is not null;

-- A worker that is late adds nothing to an attempt whose person is being erased.
create trigger attempt_stays before insert on judgement_receipts
    for each row execute function refuse_attempt_being_erased();
