-- How a merchant's pages look. A merchant without a row has its parent's look, or ours.
create table looks (
    merchant_id uuid not null references merchants (id),
    name text,                          -- null: the merchant's own
    colour text check (colour ~ '^#[0-9a-f]{6}$'),  -- as it was given; each page's lightness is calculated from it
    logo bytea,
    logo_format text check (logo_format in ('png', 'jpeg', 'webp')),
    logo_digest text,                   -- in its address, so that browsers may keep it
    logo_width integer,
    logo_height integer,
    lost_by_day boolean not null default false,     -- too much of the logo looks like the page by day
    lost_by_evening boolean not null default false,
    changed_at timestamptz not null default now(),
    primary key (merchant_id),
    check (num_nulls(logo, logo_format, logo_digest, logo_width, logo_height) in (0, 5))
);

alter table looks enable row level security;
alter table looks force row level security;
create policy tenant on looks
    using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert, update, delete on looks to vivavoce_app;
