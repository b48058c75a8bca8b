-- A direct link names an interview alone, before any merchant is known. The transaction that asks whose it is says
-- which one, and sees that row and no other (decision 0010).
create index interviews_by_id on interviews (id);
create policy by_id on interviews for select
    using (id = nullif(current_setting('app.interview_id', true), '')::uuid);

-- Somebody asked to be let in by a code that is mailed. A row is made for every address, known or not, so that nobody
-- learns by asking who is known here; the worker finds out whether there is a mail to send.
create table sign_ins (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    environment text not null,
    interview_id uuid,                  -- where to; null: to the person's own page
    email text not null check (email = lower(btrim(email))),
    name text not null,                 -- as the person gave it; counts once the code has come back
    code_hash bytea,                    -- of the code that was mailed last; null: none was
    tries integer not null default 0,
    asked_at timestamptz not null,
    sent_at timestamptz,
    used_at timestamptz,
    primary key (merchant_id, id),
    foreign key (merchant_id, interview_id) references interviews (merchant_id, id)
);
create index sign_ins_of_address on sign_ins (email, asked_at);
create index sign_ins_oldest on sign_ins (merchant_id, asked_at);

alter table sign_ins enable row level security;
alter table sign_ins force row level security;
create policy tenant on sign_ins using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
-- An address gets so many mails an hour from all merchants together: whoever counts says whose.
create policy of_address on sign_ins for select using (email = nullif(current_setting('app.email', true), ''));
grant select, insert, update, delete on sign_ins to vivavoce_app;

-- By when a person at the merchant is to have done it; null: no promise was made.
alter table tasks add column due_at timestamptz;
