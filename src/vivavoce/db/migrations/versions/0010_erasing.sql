-- When what the attempt held of its person was erased. The row stays: that there was an attempt, when, and how it ended.
alter table attempts add column erased_at timestamptz;

-- When its person was last seen at an attempt: from then on its days are counted.
create function last_seen(attempt attempts) returns timestamptz language sql immutable as $$
    select greatest(attempt.begun_at, attempt.arrived_at, attempt.finished_at, attempt.submitted_at)
$$;
create index attempts_to_erase on attempts (greatest(begun_at, arrived_at, finished_at, submitted_at))
    where erased_at is null;

-- Whoever erases must find what is due at any merchant. The transaction that looks says so and sets no merchant; it sees
-- attempts alone, which hold no words.
create policy due on attempts for select using (current_setting('app.sweeps', true) = 'due');

-- The one way in which rows that are never changed can go. It runs with its owner's rights, so it looks for itself
-- whether the caller's tenant is the attempt's. False: it was erased already, or is not due.
create function erase_attempt(of_merchant uuid, of_attempt uuid, seen_before timestamptz, moment timestamptz)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
    person uuid;
begin
    if of_merchant is distinct from nullif(current_setting('app.merchant_id', true), '')::uuid then
        raise insufficient_privilege using message = 'another tenant''s attempt';
    end if;
    update attempts a set erased_at = moment, updated_at = moment, score = null,
        -- What nobody goes on with any more is over, and nobody is to judge what is not there.
        state = case when a.state in ('begun', 'finished') then 'abandoned' else a.state end,
        judged_at = case when a.submitted_at is null then a.judged_at else coalesce(a.judged_at, moment) end
    where a.merchant_id = of_merchant and a.id = of_attempt and a.erased_at is null and last_seen(a) < seen_before
    returning a.candidate_id into person;
    if not found then
        return false;
    end if;

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
    update tasks set text = '' where merchant_id = of_merchant and attempt_id = of_attempt;

    -- The person's name and addresses go with their last attempt, unless a link still lets them in.
    perform from attempts where merchant_id = of_merchant and candidate_id = person and erased_at is null;
    if found then
        return true;
    end if;
    perform from invitations where merchant_id = of_merchant and candidate_id = person and expires_at > moment;
    if found then
        return true;
    end if;
    update candidates set name = '', email = null, external_id = null, phone = null, contact_email = null
    where merchant_id = of_merchant and id = person;
    update tasks set text = '' where merchant_id = of_merchant and candidate_id = person;
    return true;
end $$;
revoke all on function erase_attempt(uuid, uuid, timestamptz, timestamptz) from public;
grant execute on function erase_attempt(uuid, uuid, timestamptz, timestamptz) to vivavoce_app;
