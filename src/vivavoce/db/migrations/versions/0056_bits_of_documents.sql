-- The passages of a document as bits, in one row: a search looks at each of a store's, and a row for each of them takes
-- ten times as long. Not compressed: bits can't be, and single rows of words are read out of the middle.
alter table passage_bits rename to bits_before;
create table passage_bits (
    merchant_id uuid not null,
    document_id uuid not null,
    passages integer not null check (passages >= 0),
    meanings bytea,                     -- 48 bytes a passage: on which side of the usual each number of its vector is
    words bytea not null,               -- 512 rows of a bit a passage: which words it may hold
    primary key (merchant_id, document_id),
    foreign key (merchant_id, document_id) references documents (merchant_id, id) on delete cascade,
    check (octet_length(meanings) = 48 * passages),
    check (octet_length(words) = 512 * ((passages + 7) / 8))
);
alter table passage_bits alter column meanings set storage external, alter column words set storage external;

-- Bits as bytes: what a varbit is sent as, behind the four bytes of its length. The owner, too, would see no row of a
-- table that forces row-level security.
alter table bits_before no force row level security;
insert into passage_bits (merchant_id, document_id, passages, meanings, words)
select merchant_id, document_id, count(*),
    case when bool_and(meaning is not null) then string_agg(substring(bit_send(meaning) from 5), '' order by place) end,
    (
        select string_agg(substring(varbit_send(bits::varbit) from 5), '' order by row)
        from (
            select row, rpad(
                string_agg(get_bit(of_word.words, row)::text, '' order by of_word.place),
                8 * ((count(*)::integer + 7) / 8),
                '0'
            ) as bits
            from bits_before as of_word, generate_series(0, 511) as row
            where of_word.merchant_id = bits_before.merchant_id and of_word.document_id = bits_before.document_id
            group by row
        ) as rows
    )
from bits_before group by merchant_id, document_id;
drop table bits_before;

alter table passage_bits enable row level security;
alter table passage_bits force row level security;
create policy tenant on passage_bits
    using (merchant_id = (select nullif(current_setting('app.merchant_id', true), '')::uuid))
    with check (merchant_id = nullif(current_setting('app.merchant_id', true), '')::uuid);
grant select, insert, delete on passage_bits to vivavoce_app;
