-- A mail to a candidate, from the moment when it is wanted. It is claimed (`sending`) before it is handed over, so that
-- nobody gets two: whoever is killed in between leaves it claimed, and it says so.
create table mails (
    merchant_id uuid not null references merchants (id),
    id uuid not null,
    environment text not null,
    kind text not null,
    candidate_id uuid not null,
    interview_id uuid not null,
    subject_id uuid not null,           -- what it is about: an invitation, an attempt, a decision or a task
    state text not null check (state in ('waiting', 'sending', 'sent', 'not_sent', 'bounced')),
    why text not null default '',       -- why it was not sent, or what the server that sent it back says, as 5.1.1
    tries integer not null default 0,
    message text not null default '',   -- a person's own words in it
    link_base text not null default '', -- what addresses in it begin with
    link_query text not null default '',
    client text not null default '',    -- who asked for it, for counting
    created_at timestamptz not null,
    due_at timestamptz not null,
    claimed_at timestamptz,
    sent_at timestamptz,
    primary key (merchant_id, id),
    unique (merchant_id, kind, subject_id),
    foreign key (merchant_id, candidate_id) references candidates (merchant_id, id),
    foreign key (merchant_id, interview_id) references interviews (merchant_id, id)
);
create index mails_of_candidate on mails (merchant_id, candidate_id, id desc);
create index mails_newest on mails (merchant_id, environment, id desc);
create index mails_by_kind on mails (merchant_id, kind, created_at) include (interview_id, client);

-- Addresses that a merchant writes to no more, and why: its person wants no invitations, or mails come back.
create table silenced_addresses (
    merchant_id uuid not null references merchants (id),
    address text not null check (address = lower(btrim(address))),
    reason text not null check (reason in ('unsubscribed', 'bounced')),
    code text not null default '',      -- what the other server said, as 5.1.1
    since timestamptz not null,
    primary key (merchant_id, address, reason)
);

-- A merchant's own words in place of ours, by kind of mail and language.
create table mail_texts (
    merchant_id uuid not null references merchants (id),
    kind text not null,
    language text not null,
    subject text not null,
    text text not null,
    changed_at timestamptz not null,
    primary key (merchant_id, kind, language)
);

do $$
declare name text;
begin
    foreach name in array array['mails', 'silenced_addresses', 'mail_texts']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format($policy$create policy tenant on %I
            using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
    end loop;
end $$;
grant select, insert, update on mails to vivavoce_app;
grant select, insert, update, delete on silenced_addresses, mail_texts to vivavoce_app;
create trigger person_stays before insert on mails
    for each row execute function refuse_person_being_erased();

create or replace function erase_person(of_merchant uuid, of_person uuid, moment timestamptz)
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
    delete from own_keys where merchant_id = of_merchant and candidate_id = of_person;
    delete from mails where merchant_id = of_merchant and candidate_id = of_person;
    delete from silenced_addresses where merchant_id = of_merchant and address = person.email;
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

-- Candidates by their name, page by page.
create index candidates_by_name on candidates (merchant_id, folded, id) include (erasing_at, erased_at)
    where erasing_at is null;
