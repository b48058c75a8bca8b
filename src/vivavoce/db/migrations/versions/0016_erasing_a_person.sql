-- Erasing goes in three steps, each of which a killed process leaves to the next one: the claim (erasing_at), from which
-- on nothing is added; the files; the rows (erased_at). So no row says that it is erased while a file of it is there.
alter table attempts add column erasing_at timestamptz;
alter table candidates
    add column erasing_at timestamptz,  -- the whole person: nobody comes in as them any more
    add column erasing_by text,         -- who wanted it, for the event at the end
    add column erased_at timestamptz;
create index attempts_being_erased on attempts (erasing_at) where erasing_at is not null and erased_at is null;
create index candidates_being_erased on candidates (erasing_at) where erasing_at is not null and erased_at is null;
create index attempts_of_person on attempts (merchant_id, candidate_id);
create index invitations_of_person on invitations (merchant_id, candidate_id);
create index invitations_oldest on invitations (expires_at);

-- Why somebody's wish was refused, in the merchant's words; the person reads it on their own page.
alter table tasks
    add column reason text,
    drop constraint tasks_state_check,
    add constraint tasks_state_check check (state in ('open', 'done', 'refused')),
    drop constraint tasks_check,
    add constraint tasks_check check ((state = 'open') = (done_at is null)),
    add constraint tasks_reason check (state = 'refused' or reason is null);

-- Unforced meanwhile: under force, the tables' owner would change no row and hear of no error.
alter table attempts no force row level security;
alter table tasks no force row level security;
alter table candidates no force row level security;
update attempts set erasing_at = erased_at where erased_at is not null;
-- Until now anybody could close such a task without anything being erased, and the person read that it was done.
update tasks set state = 'open', done_at = null, done_by = null
from candidates c
where kind = 'erasure_wanted' and state = 'done' and (c.merchant_id, c.id) = (tasks.merchant_id, candidate_id)
    and (c.name, c.email, c.external_id, c.phone, c.contact_email) is distinct from ('', null, null, null, null);
alter table attempts force row level security;
alter table tasks force row level security;
alter table candidates force row level security;

-- Whoever sweeps sees invitations, which hold no words, the people who are being erased and no others, and sign-ins that
-- are over. It changes none of them: that is done merchant by merchant.
create policy due on invitations for select using (current_setting('app.sweeps', true) = 'due');
create policy due on candidates for select
    using (current_setting('app.sweeps', true) = 'due' and erasing_at is not null and erased_at is null);
create policy due on sign_ins for select
    using (current_setting('app.sweeps', true) = 'due' and asked_at < now() - interval '1 day');

-- Nothing is added to what is being erased, whoever adds it. The row is locked first and looked at then: who got here
-- before the claim holds it until the commit, and the last step waits for them before it deletes.
create function refuse_attempt_being_erased() returns trigger language plpgsql as $$
declare since timestamptz;
begin
    select erasing_at into since from attempts where merchant_id = new.merchant_id and id = new.attempt_id for key share;
    if since is not null then
        raise object_not_in_prerequisite_state using message = 'this attempt is being erased';
    end if;
    return new;
end $$;
create function refuse_person_being_erased() returns trigger language plpgsql as $$
declare since timestamptz;
begin
    select erasing_at into since from candidates
    where merchant_id = new.merchant_id and id = new.candidate_id for key share;
    if since is not null then
        raise object_not_in_prerequisite_state using message = 'this person is being erased';
    end if;
    return new;
end $$;
do $$
declare name text;
begin
    foreach name in array array['answers', 'drafts', 'hearings', 'playouts', 'corrections', 'previews', 'judgements',
                                'introductions', 'remarks', 'adjustments', 'branches', 'wishes', 'consents', 'tasks']
    loop
        execute format('create trigger attempt_stays before insert on %I
            for each row when (new.attempt_id is not null) execute function refuse_attempt_being_erased()', name);
    end loop;
    foreach name in array array['attempts', 'invitations', 'grants', 'tasks']
    loop
        execute format('create trigger person_stays before insert on %I
            for each row execute function refuse_person_being_erased()', name);
    end loop;
end $$;

-- What is known of somebody who is being erased can only be removed.
create function refuse_details_being_erased() returns trigger language plpgsql as $$
begin
    if old.erasing_at is not null
        and (new.name, new.email, new.external_id, new.phone, new.contact_email) is distinct from
            (old.name, old.email, old.external_id, old.phone, old.contact_email)
        and (new.name, new.email, new.external_id, new.phone, new.contact_email) is distinct from
            ('', null, null, null, null) then
        raise object_not_in_prerequisite_state using message = 'this person is being erased';
    end if;
    return new;
end $$;
create trigger details_stay before update on candidates
    for each row execute function refuse_details_being_erased();

-- The first step. False: it is erased already, or its person has been seen since. seen_before: null: whenever it was.
create function claim_attempt(of_merchant uuid, of_attempt uuid, seen_before timestamptz, moment timestamptz)
returns boolean language plpgsql as $$
begin
    update attempts a set erasing_at = coalesce(a.erasing_at, moment), updated_at = moment,
        -- What nobody goes on with any more is over, and nobody is to judge what will not be there.
        state = case when a.state in ('begun', 'finished') then 'abandoned' else a.state end,
        judged_at = case when a.submitted_at is null then a.judged_at else coalesce(a.judged_at, moment) end
    where a.merchant_id = of_merchant and a.id = of_attempt and a.erased_at is null
        and (a.erasing_at is not null or seen_before is null or last_seen(a) < seen_before);
    return found;
end $$;

-- The last step. It runs with its owner's rights, so it looks for itself whether the caller's tenant is the attempt's.
-- False: it was not claimed, or is erased already.
drop function erase_attempt(uuid, uuid, timestamptz, timestamptz);
create function erase_attempt(of_merchant uuid, of_attempt uuid, moment timestamptz)
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
    update attempts set erased_at = moment, updated_at = moment, score = null
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
    delete from answers where merchant_id = of_merchant and attempt_id = of_attempt;
    update tasks set text = '', reason = case when reason is null then null else '' end
    where merchant_id = of_merchant and attempt_id = of_attempt;
    return true;
end $$;
revoke all on function erase_attempt(uuid, uuid, timestamptz) from public;
grant execute on function erase_attempt(uuid, uuid, timestamptz) to vivavoce_app;

-- The last step for a person, once each of their attempts is erased. The tasks that this closed; null: the person was
-- not claimed, is erased already, or something of an attempt is still there.
create function erase_person(of_merchant uuid, of_person uuid, moment timestamptz)
returns uuid[] language plpgsql security definer set search_path = public, pg_temp as $$
declare
    person candidates;
    closed uuid[];
begin
    if of_merchant is distinct from nullif(current_setting('app.merchant_id', true), '')::uuid then
        raise insufficient_privilege using message = 'another tenant''s candidate';
    end if;
    select * into person from candidates where merchant_id = of_merchant and id = of_person
        and erasing_at is not null and erased_at is null for update;    -- waits for whoever still invites them
    if not found then
        return null;
    end if;
    perform from attempts where merchant_id = of_merchant and candidate_id = of_person and erased_at is null;
    if found then
        return null;
    end if;
    delete from invitations where merchant_id = of_merchant and candidate_id = of_person;
    delete from sign_ins where merchant_id = of_merchant and email = person.email;
    with done as (
        update tasks set state = 'done', done_at = moment, done_by = person.erasing_by
        where merchant_id = of_merchant and candidate_id = of_person and state = 'open' returning id
    )
    select coalesce(array_agg(id order by id), '{}') into closed from done;
    update tasks set text = '', reason = case when reason is null then null else '' end
    where merchant_id = of_merchant and candidate_id = of_person;
    update candidates set name = '', email = null, external_id = null, phone = null, contact_email = null,
        erased_at = moment
    where merchant_id = of_merchant and id = of_person;
    return closed;
end $$;
revoke all on function erase_person(uuid, uuid, timestamptz) from public;
grant execute on function erase_person(uuid, uuid, timestamptz) to vivavoce_app;
