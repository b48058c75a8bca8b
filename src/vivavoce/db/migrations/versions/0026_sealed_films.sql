-- Whether a film lies sealed. Those that came before lie in clear until they are sealed too; what is marked as sealed is
-- never read as anything else.
alter table introductions add column is_sealed boolean not null default false;

-- Whoever seals films finds which ones at every merchant, and changes them merchant by merchant.
create policy due on introductions for select
    using (current_setting('app.sweeps', true) = 'due' and not is_sealed);
