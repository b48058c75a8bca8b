-- What somebody said beside the answer, where it is no plain wish, and what they were told: nothing said is lost.
alter table wishes
    add column text text not null default '',
    add column reply jsonb;

-- The candidate's own words that a language model decided by; '': a rule did.
alter table branches add column quote text not null default '';

-- What is said after an answer, where a language model proposed it and code let it through: kept before it is said.
alter table answers add column next_words jsonb;

-- Whoever keeps a conversation in memory must see what was added to an answer.
create trigger conversation_goes_on after update of next_words on answers
    for each row execute function note_conversation_change();
