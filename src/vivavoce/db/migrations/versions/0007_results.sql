-- The words of an answer as its candidate set them right. The answer itself is never changed; of several corrections
-- the last one counts, and one with the answer's own words takes the others back.
create table corrections (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    number integer not null,            -- the turn
    text text not null,
    made_in text not null check (made_in in ('conversation', 'results')),
    made_at timestamptz not null,
    primary key (merchant_id, id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);
create index corrections_of_attempt on corrections (merchant_id, attempt_id, number, id);

-- How an attempt that is not handed in yet would be judged: for its candidate's own page alone. It counts for nothing.
create table previews (
    merchant_id uuid not null,
    attempt_id uuid not null,
    corrections integer not null,       -- how many there were when it was judged
    score numeric(6, 3),
    result jsonb not null,
    judged_at timestamptz not null,
    primary key (merchant_id, attempt_id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

-- A candidate's introduction as a film; the film itself is a file in the data folder, named by its id.
create table introductions (
    merchant_id uuid not null,
    id uuid not null,
    attempt_id uuid not null,
    format text not null check (format in ('mp4', 'mov', '3gp', 'webm', 'mkv')),
    size_bytes bigint not null,
    kept_at timestamptz not null,
    primary key (merchant_id, attempt_id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

-- What a candidate thought of the interview: never part of any judgement.
create table remarks (
    merchant_id uuid not null,
    attempt_id uuid not null,
    rating smallint check (rating between 1 and 5),
    text text not null default '',
    made_at timestamptz not null,
    primary key (merchant_id, attempt_id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id)
);

-- How to reach somebody. contact_email: as the person wrote it, proven by nothing: nobody signs in by it.
alter table candidates add column phone text;
alter table candidates add column contact_email text;

-- What candidates are asked for before they hand in, where it is missing: {"phone": "required"}.
alter table merchants add column contact jsonb not null default '{}';

do $$
declare name text;
begin
    foreach name in array array['corrections', 'previews', 'introductions', 'remarks']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
        execute format('grant select, insert on %I to vivavoce_app', name);
    end loop;
end $$;
grant update on previews, introductions, remarks to vivavoce_app;
grant delete on introductions to vivavoce_app;
