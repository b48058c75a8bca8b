-- What a person decided of an attempt, and the marks by which people find it again.
alter table attempts
    add column decision text check (decision in ('selected', 'rejected')),      -- null: nobody has decided
    add column is_shortlisted boolean not null default false,
    add column archived_at timestamptz,         -- null: it stands in the lists
    add column emoji text;
drop index attempts_newest;
create index attempts_newest on attempts (merchant_id, environment, created_at desc, id desc)
    include (state, interview_id, candidate_id, number, updated_at, score, decision, is_shortlisted, archived_at, emoji);

-- Each decision, by a person who has a name and gave a reason. The latest that was not undone counts.
create table decisions (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    kind text not null check (kind in ('selected', 'rejected', 'another_attempt')),
    reason text not null check (reason <> ''),
    shared_by integer not null check (shared_by > 0),   -- how many were decided at once with this very reason
    feedback text not null,             -- what the candidate reads besides; '': nothing
    is_mailed boolean not null,         -- whether the candidate is told by mail once it can't be undone any more
    before text check (before in ('selected', 'rejected')),     -- what held until then; null: nothing
    decided_by text not null check (decided_by <> ''),  -- the account that they came with
    person text not null check (btrim(person) <> ''),   -- their name
    decided_at timestamptz not null,
    undone_at timestamptz,
    undone_by text,
    undone_person text,
    mailed_at timestamptz,              -- when the mail was sent, or was begun to be: nobody mails a second one
    primary key (merchant_id, id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
create index decisions_of_attempt on decisions (merchant_id, attempt_id, decided_at desc);

-- Nobody is selected or rejected without a person: whatever sets it must have put the person's decision on record first.
create function require_a_persons_decision() returns trigger language plpgsql as $$
begin
    if not exists (
        select from decisions where merchant_id = new.merchant_id and attempt_id = new.id
            and kind = new.decision and undone_at is null
    ) then
        raise check_violation using message = 'a result is decided by a person, on record in decisions';
    end if;
    return new;
end $$;
create trigger a_person_decides before insert or update of decision on attempts
    for each row when (new.decision is not null) execute function require_a_persons_decision();

-- The shortlist and the emoji are a person's at an interview: another attempt keeps them.
create function carry_marks() returns trigger language plpgsql as $$
begin
    select is_shortlisted, emoji into new.is_shortlisted, new.emoji from attempts
    where merchant_id = new.merchant_id and interview_id = new.interview_id and candidate_id = new.candidate_id
    order by number desc limit 1;
    new.is_shortlisted := coalesce(new.is_shortlisted, false);
    return new;
end $$;
create trigger marks_carry before insert on attempts for each row when (new.number > 1) execute function carry_marks();

-- A grant that was withdrawn, since sending the attempt back was undone; null: it holds.
alter table grants add column withdrawn_at timestamptz;
grant update (withdrawn_at) on grants to vivavoce_app;

-- What people changed of a judgement: a verdict, or the score of the whole. Added, never changed: the latest on each
-- claim counts, and the one on the score. The judgement itself stays as it was.
create table overturns (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    interview_id uuid not null,
    version integer not null,           -- of the judgement that the person read
    step_id uuid,                       -- whose claim; null: the interview's own, or the score
    bracket text check (bracket in ('weak', 'moderate', 'strong')),     -- null: it is the score
    place integer,                      -- the claim's place in its bracket, from 0
    claim text,                         -- its words
    state text check (state in ('confirmed', 'rejected', 'not_discussed')),     -- null: as the program found it
    score numeric(5, 3) check (score between 0 and 10),         -- null: as the verdicts add up
    before text not null,               -- what held until then: the verdict, or the score; '': there was none
    reason text not null check (reason <> ''),
    overturned_by text not null check (overturned_by <> ''),
    person text not null check (btrim(person) <> ''),
    overturned_at timestamptz not null,
    primary key (merchant_id, id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id),
    foreign key (merchant_id, interview_id, step_id) references steps (merchant_id, interview_id, id),
    check (num_nulls(bracket, place, claim) in (0, 3)),
    check (bracket is not null or (step_id is null and state is null)),
    check (bracket is null or score is null)
);
create index overturns_of_attempt on overturns (merchant_id, attempt_id);

-- How somebody rated an attempt, claim by claim, before they saw the program's verdicts.
alter table interviews add column blind_rating text not null default 'off'
    check (blind_rating in ('off', 'offered', 'required'));
create table ratings (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    rated_by text not null check (rated_by <> ''),
    person text not null check (btrim(person) <> ''),
    marks jsonb not null,               -- [{"step_id": …, "bracket": …, "place": …, "state": …}]
    hid_names boolean not null,         -- whether the name was hidden meanwhile
    rated_at timestamptz not null,
    primary key (merchant_id, id),
    unique (merchant_id, attempt_id, rated_by),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
-- Who has seen the program's verdicts, and since when: nobody rates blind afterwards.
create table verdict_views (
    merchant_id uuid not null,
    attempt_id uuid not null,
    seen_by text not null,
    seen_at timestamptz not null,
    primary key (merchant_id, attempt_id, seen_by),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

-- What people write to each other about an attempt; the candidate never reads it.
create table comments (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    text text not null check (text <> ''),
    mentions text[] not null default '{}',      -- accounts that are to read it
    written_by text not null check (written_by <> ''),
    person text not null check (btrim(person) <> ''),
    written_at timestamptz not null,
    primary key (merchant_id, id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
create index comments_of_attempt on comments (merchant_id, attempt_id);

-- Views of the list of results that somebody keeps: what the address asks for.
create table saved_views (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    owner text not null,
    name text not null,
    query text not null,
    saved_at timestamptz not null,
    primary key (merchant_id, id),
    unique (merchant_id, owner, name)
);

do $$
declare name text;
begin
    foreach name in array array['decisions', 'overturns', 'ratings', 'verdict_views', 'comments', 'saved_views']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
        execute format('grant select, insert on %I to vivavoce_app', name);
    end loop;
    foreach name in array array['decisions', 'overturns', 'ratings', 'verdict_views', 'comments']
    loop
        execute format('create trigger attempt_stays before insert on %I
            for each row execute function refuse_attempt_being_erased()', name);
    end loop;
end $$;
grant update on decisions to vivavoce_app;
grant update, delete on saved_views to vivavoce_app;

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
