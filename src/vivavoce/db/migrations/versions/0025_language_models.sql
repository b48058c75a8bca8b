-- Which language models are asked for a merchant. A merchant without a row has its parent's choice, or the server's.
create table model_choices (
    merchant_id uuid not null references merchants (id),
    sealed_models bytea not null,       -- in their order, keys and all; none: no model is asked
    cost_per_attempt numeric check (cost_per_attempt >= 0),     -- US dollars; null: as the server's settings say
    cost_per_day numeric check (cost_per_day >= 0),
    keeps_texts boolean not null,       -- whether what is asked and answered is kept with the call
    changed_at timestamptz not null,
    primary key (merchant_id)
);

-- What language models have cost a merchant on one day (UTC), with what is put aside for the calls that are being made.
create table model_days (
    merchant_id uuid not null references merchants (id),
    day date not null,
    spent numeric not null,             -- US dollars
    primary key (merchant_id, day)
);

-- Each call to a language model, from the moment before it is made.
create table model_calls (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    attempt_id uuid,                    -- null: it is about no attempt
    day date not null,                  -- out of whose money it is paid
    called_at timestamptz not null,
    purpose text not null,
    prompt_id text not null,
    prompt_digest text not null,        -- of the file that says what the model is to do
    request_digest text not null,       -- of all that the model got to read
    model text not null,
    url text not null,
    parameters jsonb not null,
    most_cost numeric not null,         -- what was put aside
    cost numeric not null,              -- what counts as spent: all of that until it is known better
    ended_at timestamptz,               -- null: it is being made, or the server that made it was killed
    fault text,                         -- why the answer could not be used; null: it could, or there is none yet
    prompt_tokens integer,
    completion_tokens integer,
    seconds real,
    told text,                          -- the three texts: only where the merchant keeps them
    asked text,
    answer text,
    primary key (merchant_id, id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id),
    check (attempt_id is not null or num_nonnulls(told, asked, answer) = 0)     -- they go with the attempt
);
create index model_calls_of_attempt on model_calls (merchant_id, attempt_id) where attempt_id is not null;

do $$
declare name text;
begin
    foreach name in array array['model_choices', 'model_days', 'model_calls']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
        execute format('grant select, insert, update on %I to vivavoce_app', name);
    end loop;
end $$;
grant delete on model_choices to vivavoce_app;
create trigger attempt_stays before insert on model_calls
    for each row when (new.attempt_id is not null) execute function refuse_attempt_being_erased();

-- Puts a call on record and the most that it can cost aside. Null: it may be made. Otherwise whose money is spent, `day`
-- or `attempt`, and nothing has changed. Whoever asks holds the merchant's day, so that no two look at the same money.
create function reserve_model_call(call jsonb, per_attempt numeric, per_day numeric)
returns text language plpgsql as $$
declare
    planned model_calls := jsonb_populate_record(null::model_calls, call);
    already numeric;
begin
    insert into model_days (merchant_id, day, spent) values (planned.merchant_id, planned.day, 0) on conflict do nothing;
    select spent into already from model_days
    where merchant_id = planned.merchant_id and day = planned.day for update;
    if already + planned.most_cost > per_day then
        return 'day';
    end if;
    if planned.attempt_id is not null and (
        select coalesce(sum(cost), 0) from model_calls
        where merchant_id = planned.merchant_id and attempt_id = planned.attempt_id
    ) + planned.most_cost > per_attempt then
        return 'attempt';
    end if;
    update model_days set spent = spent + planned.most_cost
    where merchant_id = planned.merchant_id and day = planned.day;
    insert into model_calls select planned.*;
    return null;
end $$;

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
    update attempts set erased_at = moment, updated_at = moment,
        score = null, answers_score = null, session_score = null, preview_score = null
    where merchant_id = of_merchant and id = of_attempt;
    delete from drafts where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from hearings where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from playouts where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from corrections where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from previews where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from judgements where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from introductions where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from remarks where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from adjustments where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from branches where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from wishes where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from model_calls where merchant_id = of_merchant and attempt_id = of_attempt;
    delete from answers where merchant_id = of_merchant and attempt_id = of_attempt;
    update tasks set text = '', reason = case when reason is null then null else '' end
    where merchant_id = of_merchant and attempt_id = of_attempt;
    return true;
end $$;
