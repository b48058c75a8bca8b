-- In which transaction something was last added to an attempt's conversation; null: in none since this column came.
-- Whoever keeps a conversation in memory compares it under the row's lock: the same one means that nothing is missing.
alter table attempts add column changed_in xid8;

create function note_conversation_change() returns trigger language plpgsql as $$
begin
    update attempts set changed_in = pg_current_xact_id()
    where merchant_id = new.merchant_id and id = new.attempt_id
        and changed_in is distinct from pg_current_xact_id();
    return null;
end $$;
do $$
declare name text;
begin
    foreach name in array array['answers', 'branches', 'wishes']
    loop
        execute format('create trigger conversation_changes after insert on %I
            for each row execute function note_conversation_change()', name);
    end loop;
end $$;
