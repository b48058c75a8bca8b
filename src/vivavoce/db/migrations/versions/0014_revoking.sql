-- What was issued to this person for this interview up to then opens no more. By the database's clock, as is the moment
-- that each link and session carries.
alter table invitations add column revoked_at timestamptz;
create index invitations_revoked on invitations (merchant_id, candidate_id) where revoked_at is not null;

-- The interview was archived and its links with it: whoever has begun does not go on either.
alter table interviews add column links_closed_at timestamptz;

-- Why a seat opens nothing any more; null: it opens. Asked with every message of a conversation, so it is two look-ups by
-- index, in the statement that reads the attempt.
create function why_shut(of_merchant uuid, of_interview uuid, of_candidate uuid, issued_at timestamptz)
returns text language sql stable as $$
    select case
        when exists (
            select from invitations i where i.merchant_id = of_merchant and i.candidate_id = of_candidate
                and i.interview_id = of_interview and i.revoked_at >= issued_at
        ) then 'revoked'
        when exists (
            select from interviews i where i.merchant_id = of_merchant and i.id = of_interview
                and (i.links_closed_at is not null or i.status = 'deleted')
        ) then 'closed'
    end
$$;
