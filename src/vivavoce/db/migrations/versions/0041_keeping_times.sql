-- After how many days, at this merchant, what candidates gave goes by itself. Null: as the server's setting says, and
-- sound and films with the words.
alter table merchants
    add column keep_words_days integer check (keep_words_days between 1 and 3650),
    add column keep_sound_days integer check (keep_sound_days between 1 and 3650),
    add column keep_films_days integer check (keep_films_days between 1 and 3650);
-- Whoever sweeps has to know whose times are their own.
create policy due on merchants for select using ((select current_setting('app.sweeps', true)) = 'due');

-- When the time of its sound was over; null: it was not yet. Whoever comes back begins it anew.
alter table attempts add column sound_erased_at timestamptz;
