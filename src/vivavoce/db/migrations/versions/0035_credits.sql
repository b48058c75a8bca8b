-- What a merchant has. A merchant without a row is not limited.
create table credit_accounts (
    merchant_id uuid not null references merchants (id),
    monthly_limit numeric(12, 2) not null check (monthly_limit >= 0),   -- what each month (UTC) begins with
    monthly_left numeric(12, 2) not null check (monthly_left >= 0),     -- of `month`
    month date not null,                                                -- its first day
    extra numeric(12, 2) not null check (extra >= 0),                   -- spent after the month's own, and kept
    primary key (merchant_id)
);

-- What each attempt has cost: one row an attempt, whatever is tried again. It holds no words, and stays when the attempt
-- is erased.
create table credit_entries (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    environment text not null,
    attempt_id uuid not null,
    interview_id uuid not null,
    candidate_id uuid not null,
    event text not null,
    amount numeric(12, 2) not null check (amount >= 0),
    basis jsonb not null,           -- base, add-ons and multiplier that the amount comes of
    from_monthly numeric(12, 2) not null,
    from_extra numeric(12, 2) not null,
    owed numeric(12, 2) not null check (owed >= 0),     -- more than there was; paid by the credits that come next
    charged_at timestamptz not null,
    primary key (merchant_id, id),
    unique (merchant_id, attempt_id),
    foreign key (merchant_id, attempt_id) references attempts (merchant_id, id),
    foreign key (merchant_id, interview_id) references interviews (merchant_id, id),
    foreign key (merchant_id, candidate_id) references candidates (merchant_id, id)
);
create index credit_entries_newest on credit_entries (merchant_id, environment, charged_at, id);
create index credit_entries_owed on credit_entries (merchant_id, charged_at) where owed > 0;

do $$
declare name text;
begin
    foreach name in array array['credit_accounts', 'credit_entries']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
        execute format('grant select, insert, update on %I to vivavoce_app', name);
    end loop;
end $$;
grant delete on credit_accounts to vivavoce_app;
