-- Whether whoever answered would rather not say, as it was understood when the answer was saved: it counts as a skipped
-- one does. null: saved before this was marked.
alter table answers add column is_refused boolean;
alter table corrections add column is_refused boolean;

-- A choice that was opened again: which one counts now. null: own words.
alter table corrections add column choice integer;
-- What hangs on a choice, and was not answered yet, is decided anew.
grant delete on branches to vivavoce_app;
