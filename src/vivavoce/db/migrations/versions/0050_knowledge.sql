-- A store is one environment's, or every environment's (null), as those are that the command line makes. One that was
-- removed has no documents any more, and no new interview may name it; those that name it already keep its row.
alter table stores
    add column environment text,
    add column removed_at timestamptz;
alter table stores drop constraint stores_merchant_id_slug_key;
create unique index stores_by_slug on stores (merchant_id, slug) where removed_at is null;

create function refuse_removed_store() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    perform from stores where merchant_id = new.merchant_id and id = new.store_id and removed_at is null
        and (environment is null or environment = coalesce(to_jsonb(new) ->> 'environment', environment))
        for key share;
    if not found then
        raise foreign_key_violation using message = 'no such store', table = tg_table_name,
            constraint = case tg_table_name when 'interviews' then 'interview_store' else 'step_store' end;
    end if;
    return null;
end $$;
-- Afterwards, so that another tenant's row is refused as such first.
create trigger store_is_there after insert on interviews
    for each row when (new.store_id is not null) execute function refuse_removed_store();
create trigger store_is_still_there after update of store_id on interviews
    for each row when (new.store_id is not null and new.store_id is distinct from old.store_id)
    execute function refuse_removed_store();
create trigger store_is_there after insert on steps
    for each row when (new.store_id is not null) execute function refuse_removed_store();

-- What a store holds. The same content twice in a store is one document.
create table documents (
    merchant_id uuid not null,
    id uuid not null,
    store_id uuid not null,
    kind text not null check (kind in ('file', 'article', 'url')),
    name text not null,
    format text not null default '' check (format in ('', 'pdf', 'docx', 'html', 'md', 'txt')), -- '': not known yet
    url text,
    digest bytea not null,              -- SHA-256 of what it is: the file, the article's words, the address
    size_bytes integer not null,
    is_active boolean not null,         -- a draft is kept, and nobody is answered from it
    state text not null check (state in ('queued', 'reading', 'ready', 'failed')),
    fault text not null default '',     -- why it can't be read, and what to do
    language text,
    passage_count integer not null default 0,
    reading integer not null default 0, -- which reading it is: what an older one finds is of no account
    tries integer not null default 0,   -- how many readings broke off since it was queued
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (merchant_id, id),
    unique (merchant_id, store_id, digest),
    foreign key (merchant_id, store_id) references stores (merchant_id, id),
    check ((kind = 'url') = (url is not null)),
    check ((state = 'failed') = (fault <> ''))
);

-- The document as it came, sealed.
create table document_files (
    merchant_id uuid not null,
    document_id uuid not null,
    sealed bytea not null,
    primary key (merchant_id, document_id),
    foreign key (merchant_id, document_id) references documents (merchant_id, id) on delete cascade
);

-- Words that stand together in a document.
create table passages (
    merchant_id uuid not null,
    document_id uuid not null,
    place integer not null,             -- in its document, from 0
    headings text[] not null,
    text text not null,
    vector bytea,                       -- what it means: 384 numbers of two bytes; null: no machine told
    primary key (merchant_id, document_id, place),
    foreign key (merchant_id, document_id) references documents (merchant_id, id) on delete cascade
);

-- The same passages as bits: a search looks at each of a store's, and so they are small, and lie together.
create table passage_bits (
    merchant_id uuid not null,
    store_id uuid not null,
    document_id uuid not null,
    place integer not null,
    meaning bit(384),                   -- on which side of the usual each of the vector's numbers is
    words bit(512) not null,            -- which words it may hold
    primary key (merchant_id, store_id, document_id, place),
    foreign key (merchant_id, store_id) references stores (merchant_id, id),
    foreign key (merchant_id, document_id, place) references passages (merchant_id, document_id, place)
        on delete cascade
);

do $$
declare name text;
begin
    foreach name in array array['documents', 'document_files', 'passages', 'passage_bits']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        -- In a sub-select: asked once a statement, and not for each of a hundred thousand rows.
        execute format($policy$create policy tenant on %I
            using (merchant_id = (select nullif(current_setting('app.merchant_id', true), '')::uuid))
            with check (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid)$policy$, name);
    end loop;
end $$;
grant select, insert, update, delete on documents to vivavoce_app;
grant select, insert, delete on document_files, passages, passage_bits to vivavoce_app;
