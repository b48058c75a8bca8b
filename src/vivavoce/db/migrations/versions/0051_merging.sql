-- That two candidates are one person, as somebody at the merchant saw. Nothing moves: what was recorded of either stays
-- sealed by its own key and under its own links, so it can be undone. In one environment the one that is kept is never
-- part of another.
create table merges (
    merchant_id uuid not null,
    id uuid not null,
    environment text not null,
    kept_id uuid not null,
    merged_id uuid not null,
    actor text not null,
    merged_at timestamptz not null,
    undone_at timestamptz,
    primary key (merchant_id, id),
    foreign key (merchant_id, kept_id) references candidates (merchant_id, id),
    foreign key (merchant_id, merged_id) references candidates (merchant_id, id),
    check (kept_id <> merged_id)
);
create unique index merges_that_stand on merges (merchant_id, merged_id, environment) where undone_at is null;
create index merges_of_kept on merges (merchant_id, kept_id, environment) where undone_at is null;

alter table merges enable row level security;
alter table merges force row level security;
create policy tenant on merges using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert, update on merges to vivavoce_app;

-- Nobody is merged who is being erased.
create function refuse_merge_being_erased() returns trigger language plpgsql as $$
declare since timestamptz;
begin
    for since in
        select erasing_at from candidates
        where merchant_id = new.merchant_id and id in (new.kept_id, new.merged_id) order by id for key share
    loop
        if since is not null then
            raise object_not_in_prerequisite_state using message = 'this person is being erased';
        end if;
    end loop;
    return new;
end $$;
create trigger person_stays before insert on merges
    for each row execute function refuse_merge_being_erased();
