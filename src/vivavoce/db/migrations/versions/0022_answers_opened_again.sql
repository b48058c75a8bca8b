-- A page sends a correction again when its receipt was lost: the key tells that it is the same one. null: made before.
alter table corrections add column key uuid;
create unique index corrections_once on corrections (merchant_id, attempt_id, key);

-- Whoever keeps a conversation in memory must see what was changed elsewhere.
create trigger conversation_changes after insert on corrections
    for each row execute function note_conversation_change();
