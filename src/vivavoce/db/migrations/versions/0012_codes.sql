-- Which mailbox a code was asked for, and by whom, for counting alone. What was asked for before counts for nobody.
alter table sign_ins
    add column mailbox text not null default '',            -- the address without what providers leave out of it
    add column client bytea not null default ''::bytea;     -- a keyed hash: nobody reads an address out of it
alter table sign_ins alter column mailbox drop default, alter column client drop default;

-- A client gets so many codes an hour from all merchants together: whoever counts says whose.
drop policy of_address on sign_ins;
create policy of_client on sign_ins for select
    using (client = decode(nullif(current_setting('app.client', true), ''), 'hex'));
drop index sign_ins_of_address;
create index sign_ins_of_client on sign_ins (client, asked_at);
