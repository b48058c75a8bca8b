-- A person's own key: it seals what was recorded of them. Wrapped by the server's wrapping key, so that no row opens
-- anything by itself; gone with the person, so that no copy of a recording opens any more.
create table own_keys (
    merchant_id uuid not null,
    candidate_id uuid not null,
    sealed bytea not null,
    wrapped_by text not null,       -- the name of the wrapping key
    made_at timestamptz not null default now(),
    primary key (merchant_id, candidate_id),
    foreign key (merchant_id, candidate_id) references candidates (merchant_id, id)
);
create index own_keys_by_wrapping on own_keys (wrapped_by);

alter table own_keys enable row level security;
alter table own_keys force row level security;
create policy tenant on own_keys
    using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
-- Whoever wraps keys anew finds which ones at every merchant, and changes them merchant by merchant.
create policy due on own_keys for select using (current_setting('app.sweeps', true) = 'due');
grant select, insert, update on own_keys to vivavoce_app;       -- destroyed by erase_person alone

create trigger person_stays before insert on own_keys
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
