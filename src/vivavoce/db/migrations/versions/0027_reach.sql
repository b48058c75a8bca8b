-- Whom a merchant's candidates write to, and where its own privacy notice and terms stand: person, email, privacy_url,
-- terms_url, each only where the merchant has one.
alter table merchants add column reach jsonb not null default '{}';
