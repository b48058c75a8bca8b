-- What happens after somebody has sent their interview, in the merchant's words, and within how many days they hear:
-- {"text": "Tom calls you.", "days": 10}.
alter table merchants add column next_steps jsonb not null default '{}';

-- When a receipt was mailed, or was begun to be: nobody mails a second one. null: none was.
alter table attempts add column receipt_at timestamptz;

-- What a candidate's question that was passed on was answered; they read it on their own page.
alter table tasks add column reply text;
