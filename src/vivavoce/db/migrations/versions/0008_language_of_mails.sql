-- The code's mail speaks as the page did on which it was asked for.
alter table sign_ins add column language text not null default 'en';
