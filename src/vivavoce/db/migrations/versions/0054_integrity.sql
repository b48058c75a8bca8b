-- What was noticed during an attempt that is recorded, by its page or by the server; never changed.
create table observations (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    key uuid not null,                  -- the page's, the same on every resend
    kind text not null,
    number integer,                     -- the turn
    at timestamptz not null,            -- when it began
    seconds numeric(9, 1) not null default 0,
    amount integer not null default 0,
    label text not null default '',
    noted_at timestamptz not null,
    primary key (merchant_id, id),
    unique (merchant_id, attempt_id, key),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
alter table observations enable row level security;
alter table observations force row level security;
create policy tenant on observations using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert on observations to vivavoce_app;
create trigger attempt_stays before insert on observations
    for each row execute function refuse_attempt_being_erased();

-- What an attempt's observations come to, one a kind. Nothing that judges, orders or moves an attempt reads it.
create table integrity_facts (
    merchant_id uuid not null,
    attempt_id uuid not null,
    kind text not null,
    strength text not null check (strength in ('weak', 'strong')),
    first_at timestamptz not null,
    last_at timestamptz not null,
    times integer not null,
    moments jsonb not null,             -- the first ones of the observations
    found_at timestamptz not null,
    struck_at timestamptz,              -- null: it stands
    primary key (merchant_id, attempt_id, kind),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
alter table integrity_facts enable row level security;
alter table integrity_facts force row level security;
create policy tenant on integrity_facts using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert, update on integrity_facts to vivavoce_app;
create trigger attempt_stays before insert on integrity_facts
    for each row execute function refuse_attempt_being_erased();

-- That a person struck a fact out, or put it back, and why; never changed, the latest one counts.
create table fact_strikes (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    kind text not null,
    is_struck boolean not null,
    reason text not null,
    struck_by text not null,            -- the account
    person text not null,
    struck_at timestamptz not null,
    primary key (merchant_id, id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
create index fact_strikes_by_attempt on fact_strikes (merchant_id, attempt_id);
alter table fact_strikes enable row level security;
alter table fact_strikes force row level security;
create policy tenant on fact_strikes using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert on fact_strikes to vivavoce_app;
create trigger attempt_stays before insert on fact_strikes
    for each row execute function refuse_attempt_being_erased();

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
    delete from fact_strikes where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from integrity_facts where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from observations where merchant_id = of_merchant and attempt_id = of_attempt;
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
