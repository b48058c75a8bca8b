-- What lists and allowances read of a judgement stands with the attempt, written together with it.
alter table attempts
    add column answers_score numeric(6, 3),     -- of the questions' own expectations, 0 to 10, of the latest judgement
    add column session_score numeric(6, 3),     -- of the interview's, likewise
    add column preview_score numeric(6, 3);     -- 0 to 10, as it would be judged: shown before it is handed in

-- Unforced meanwhile: under force, the tables' owner would change no row and hear of no error.
alter table attempts no force row level security;
alter table judgements no force row level security;
alter table previews no force row level security;
update attempts set answers_score = latest.answers_score, session_score = latest.session_score
from (
    select distinct on (merchant_id, attempt_id) merchant_id, attempt_id, answers_score, session_score
    from judgements order by merchant_id, attempt_id, version desc
) as latest
where (latest.merchant_id, latest.attempt_id) = (attempts.merchant_id, attempts.id);
update attempts set preview_score = previews.score
from previews where (previews.merchant_id, previews.attempt_id) = (attempts.merchant_id, attempts.id);
alter table attempts force row level security;
alter table judgements force row level security;
alter table previews force row level security;

-- As before, and the scores go with the judgement that they are of.
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
    delete from answers where merchant_id = of_merchant and attempt_id = of_attempt;
    update tasks set text = '', reason = case when reason is null then null else '' end
    where merchant_id = of_merchant and attempt_id = of_attempt;
    return true;
end $$;
