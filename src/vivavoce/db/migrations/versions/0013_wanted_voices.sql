-- The revision whose fixed lines are to be spoken, or were: null until somebody has come near the interview.
alter table interviews add column voice_wanted_revision integer;
-- The owner that upgrades may be no superuser, and would see no row.
alter table interviews no force row level security;
update interviews set voice_wanted_revision = voiced_revision where voiced_revision is not null;
alter table interviews force row level security;
