-- What a merchant says of itself: candidates may be answered from it.
alter table merchants add column about text not null default '';

alter table attempts
    add column ending text check (ending in ('all_asked', 'ended_early', 'time_up')), -- why no question followed
    add column arrived_at timestamptz,  -- when a page came last: time with the page closed is not spent
    add column score numeric(6, 3),     -- 0 to 10, of the latest judgement; null: not judged, or nothing could be
    add column judged_at timestamptz,   -- by the latest judgement; null: it waits for one
    drop constraint attempts_state_check,
    add constraint attempts_state_check
        check (state in ('begun', 'finished', 'submitted', 'returned', 'abandoned', 'failed')),
    drop constraint attempts_check,
    add constraint attempts_check check ((state in ('submitted', 'returned')) = (submitted_at is not null));

-- What was counted up before there was any judging waits for none: `vivavoce judge-again` judges it. Unforced
-- meanwhile: under force, the tables' owner would change no row and hear of no error.
alter table attempts no force row level security;
update attempts set judged_at = tallied_at where tallied_at is not null;
alter table attempts force row level security;

alter table answers
    add column follow_up text,          -- what a follow-up asked for; null: the step's own question
    add column reply jsonb,             -- what we answered when the candidate asked; null elsewhere
    add column spent_seconds numeric(10, 1) not null default 0; -- with the page open

-- Whether a conditional step was asked, and why: decided once, when its place came.
create table branches (
    merchant_id uuid not null,
    attempt_id uuid not null,
    interview_id uuid not null,
    step_id uuid not null,
    is_asked boolean not null,
    reason text not null,
    decided_at timestamptz not null,
    primary key (merchant_id, attempt_id, step_id),
    foreign key (merchant_id, interview_id, attempt_id) references attempts (merchant_id, interview_id, id),
    foreign key (merchant_id, interview_id, step_id) references steps (merchant_id, interview_id, id)
);

-- What a candidate asked for besides answering: to hear it again, to think, to end. Never counted against anyone.
create table wishes (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    number integer not null,            -- the turn that was open
    kind text not null,
    by text not null check (by in ('button', 'word')),
    key uuid not null,
    at timestamptz not null,
    primary key (merchant_id, id),
    unique (merchant_id, attempt_id, key),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

-- What went wrong on our side, and when. An attempt that was set aside for one does not count as a go.
create table faults (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    kind text not null,
    told_by text not null check (told_by in ('server', 'page')),
    key uuid,                           -- the page's, the same on a resend
    began_at timestamptz not null,
    ended_at timestamptz,
    primary key (merchant_id, id),
    unique (merchant_id, attempt_id, key),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

-- One more go for one person at one interview, given by the merchant.
create table grants (
    merchant_id uuid not null,
    id uuid not null,
    interview_id uuid not null,
    candidate_id uuid not null,
    attempt_id uuid,                    -- the attempt that was sent back
    actor text not null,
    created_at timestamptz not null default now(),
    primary key (merchant_id, id),
    unique (merchant_id, attempt_id),
    foreign key (merchant_id, interview_id) references interviews (merchant_id, id),
    foreign key (merchant_id, candidate_id) references candidates (merchant_id, id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
create index grants_of_person on grants (merchant_id, interview_id, candidate_id);

-- What a person at the merchant is to do: answer a question, call somebody back.
create table tasks (
    merchant_id uuid not null,
    id uuid not null,
    environment text not null,
    kind text not null,
    interview_id uuid not null,
    candidate_id uuid not null,
    attempt_id uuid,
    text text not null,
    state text not null default 'open' check (state in ('open', 'done')),
    created_at timestamptz not null default now(),
    done_at timestamptz,
    done_by text,
    primary key (merchant_id, id),
    foreign key (merchant_id, interview_id) references interviews (merchant_id, id),
    foreign key (merchant_id, candidate_id) references candidates (merchant_id, id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id),
    check ((state = 'done') = (done_at is not null))
);
create index tasks_newest on tasks (merchant_id, environment, created_at desc, id desc);

-- What an interview's answers are held against: sent by the caller, or drafted from the caller's words. Made once for a
-- revision, and never changed.
create table rubrics (
    merchant_id uuid not null,
    interview_id uuid not null,
    revision integer not null,
    digest text not null,               -- SHA-256 of the definition's canonical JSON
    definition jsonb not null,
    made_at timestamptz not null,
    primary key (merchant_id, interview_id, revision),
    foreign key (merchant_id, interview_id, revision) references versions (merchant_id, interview_id, revision)
);

-- How an attempt was judged: verdicts with their quotes, sums, reasons. Judged again, it gets another version.
create table judgements (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    version integer not null,
    rater text not null,                -- its name and version
    rubric_digest text not null,
    score numeric(6, 3),                -- 0 to 10; null: nothing could be judged
    answers_score numeric(6, 3),        -- of the questions' own expectations, 0 to 10
    session_score numeric(6, 3),        -- of the interview's, 0 to 10
    result jsonb not null,
    judged_at timestamptz not null,
    primary key (merchant_id, id),
    unique (merchant_id, attempt_id, version),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

-- What is being typed, so that another device goes on with it. Gone with the answer.
create table drafts (
    merchant_id uuid not null,
    attempt_id uuid not null,
    number integer not null,
    text text not null,
    written_at timestamptz not null,
    primary key (merchant_id, attempt_id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

do $$
declare name text;
begin
    foreach name in array array['branches', 'wishes', 'faults', 'grants', 'tasks', 'rubrics', 'judgements', 'drafts']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
        execute format('grant select, insert, update on %I to vivavoce_app', name);
    end loop;
end $$;
revoke update on branches, wishes, grants, rubrics, judgements from vivavoce_app;
grant delete on drafts to vivavoce_app;
