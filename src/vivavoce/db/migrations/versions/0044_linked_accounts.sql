-- By which account at a company's own sign-in somebody comes into the console. The account is known by its issuer and
-- its subject, and stands for one address. A person may work at several merchants, so the row belongs to none: to the
-- tenant of zeros, as their codes do.
create table member_accounts (
    merchant_id uuid not null,
    id uuid not null,
    email text not null check (email = lower(btrim(email))),
    issuer text not null,
    subject text not null,
    linked_at timestamptz not null,
    used_at timestamptz not null,
    primary key (merchant_id, id)
);
create unique index member_accounts_by_subject on member_accounts (merchant_id, issuer, subject);
create unique index member_accounts_of_person on member_accounts (merchant_id, email, issuer);

alter table member_accounts enable row level security;
alter table member_accounts force row level security;
create policy tenant on member_accounts
    using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert, update, delete on member_accounts to vivavoce_app;

-- By what a session began: a mailed code, or such an account.
alter table member_sessions add column way text not null default 'code' check (way in ('code', 'account', 'passkey'));
