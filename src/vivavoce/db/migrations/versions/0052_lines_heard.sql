-- When the interviewer's lines were heard, as the page that played them tells: stretches with the key of the line's
-- sound, where it began and how long it was, and where the attempt's own sound stood.
alter table playouts add column lines jsonb not null default '[]';
