-- Whether an answer was heard; otherwise it was typed or chosen.
alter table answers add column is_spoken boolean not null default false;

-- Since when an attempt counts as not comparable with others: too much went wrong on our side. Null: it does not.
alter table attempts add column not_comparable_at timestamptz;

-- The revision whose fixed lines have all been spoken into files; null: none yet.
alter table interviews add column voiced_revision integer;

-- How a spoken answer was heard: [text, start, end, probability] for each word, in seconds of the attempt's sound. What
-- the candidate corrects later stands beside it; this is never changed.
create table hearings (
    merchant_id uuid not null,
    attempt_id uuid not null,
    number integer not null,            -- the turn
    key uuid not null,                  -- the answer's
    words jsonb not null,
    heard_at timestamptz not null,
    primary key (merchant_id, attempt_id, number),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

-- What a candidate has really heard of the interviewer's words, as the page that played them tells.
create table playouts (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    number integer not null,            -- the turn
    key uuid not null,                  -- the page's, the same on a resend
    seconds numeric(8, 2) not null,
    of_seconds numeric(8, 2) not null,
    is_interrupted boolean not null,    -- the candidate spoke, and it stopped
    how text not null check (how in ('sound', 'browser', 'text')),
    at timestamptz not null,
    primary key (merchant_id, id),
    unique (merchant_id, attempt_id, key),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

do $$
declare name text;
begin
    foreach name in array array['hearings', 'playouts']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
        execute format('grant select, insert on %I to vivavoce_app', name);
    end loop;
end $$;
