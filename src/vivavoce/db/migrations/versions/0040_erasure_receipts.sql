-- That a person was erased: what was there, by its number, when, and who asked; signed. No word of the person is in it.
-- Written once all is gone, never changed, and kept.
create table erasure_receipts (
    merchant_id uuid not null,
    candidate_id uuid not null,
    key text not null,                              -- the public key that signed it
    signature text not null,
    record jsonb not null,
    written_at timestamptz not null,
    primary key (merchant_id, candidate_id),
    foreign key (merchant_id, candidate_id) references candidates (merchant_id, id)
);
alter table erasure_receipts enable row level security;
alter table erasure_receipts force row level security;
create policy tenant on erasure_receipts
    using (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert on erasure_receipts to vivavoce_app;

-- How much there is of what erasing an attempt removes, for the receipt. It sees what its caller sees, and waits for
-- whoever is adding something.
create function count_attempt(of_attempt uuid) returns jsonb language plpgsql set search_path = public, pg_temp as $$
begin
    perform from attempts where id = of_attempt for update;
    return jsonb_build_object(
        'answers', (select count(*) from answers where attempt_id = of_attempt),
        'spoken_answers', (select count(*) from hearings where attempt_id = of_attempt),
        'corrections', (select count(*) from corrections where attempt_id = of_attempt),
        'films', (select count(*) from introductions where attempt_id = of_attempt),
        'judgements', (select count(*) from judgements where attempt_id = of_attempt),
        'ratings', (select count(*) from ratings where attempt_id = of_attempt),
        'overturns', (select count(*) from overturns where attempt_id = of_attempt),
        'decisions', (select count(*) from decisions where attempt_id = of_attempt),
        'comments', (select count(*) from comments where attempt_id = of_attempt),
        'remarks', (select count(*) from remarks where attempt_id = of_attempt),
        'wishes', (select count(*) from wishes where attempt_id = of_attempt),
        'model_calls', (select count(*) from model_calls where attempt_id = of_attempt),
        'webhook_messages', (select count(*) from webhook_messages where attempt_id = of_attempt)
    );
end $$;
revoke all on function count_attempt(uuid) from public;
grant execute on function count_attempt(uuid) to vivavoce_app;
