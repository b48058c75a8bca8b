-- What a candidate's camera recorded between a start of the page's recorder and its stop: parts of about a second, each a
-- sealed file in the store, taken in order.
create table camera_takes (
    merchant_id uuid not null,
    attempt_id uuid not null,
    id uuid not null,                   -- the page's
    number integer not null,            -- the turn
    begins_at numeric(9, 3) not null,   -- seconds of the attempt's sound
    format text not null check (format in ('webm', 'mp4')),
    parts integer not null,             -- so many are there
    size_bytes bigint not null,         -- of all of them
    begun_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (merchant_id, attempt_id, id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
alter table camera_takes enable row level security;
alter table camera_takes force row level security;
create policy tenant on camera_takes using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert, update, delete on camera_takes to vivavoce_app;
create trigger attempt_stays before insert on camera_takes
    for each row execute function refuse_attempt_being_erased();

alter table merchants add column keep_pictures_days integer check (keep_pictures_days between 1 and 3650);

create or replace function erase_attempt(of_merchant uuid, of_attempt uuid, moment timestamptz)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if of_merchant is distinct from nullif(current_setting('app.merchant_id', true), '')::uuid then
        raise insufficient_privilege using message = 'another tenant''s attempt';
    end if;
    perform from attempts where merchant_id = of_merchant and id = of_attempt
        and erasing_at is not null and erased_at is null for update;    -- waits for whoever still adds to it
    if not found then
        return false;
    end if;
    update attempts set erased_at = moment, updated_at = moment, emoji = null,
        score = null, answers_score = null, session_score = null, preview_score = null
    where merchant_id = of_merchant and id = of_attempt;
    delete from drafts where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from hearings where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from playouts where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from corrections where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from previews where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from judgements where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from overturns where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from ratings where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from verdict_views where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from comments where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from decisions where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from camera_takes where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from introductions where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from remarks where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from adjustments where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from branches where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from wishes where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from model_calls where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from webhook_messages where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from answers where merchant_id = of_merchant and attempt_id = of_attempt;
    update tasks set text = '', reason = case when reason is null then null else '' end
    where merchant_id = of_merchant and attempt_id = of_attempt;
    return true;
end $$;
