-- Who the interviewer of a template is, beyond the means by which it speaks.
alter table templates
    add column character text not null default 'robin' check (character in ('robin', 'kim')),
    add column background text not null default 'room' check (background in ('room', 'plain')),
    add column voice text,                                      -- a locale, as en-GB; null: the interview's
    add column may_interrupt boolean not null default true;     -- whoever speaks over the interviewer stops it
