-- Whether a rough rater alone gave the scores: lists say so beside them. So was every one that was kept before this.
alter table attempts add column is_score_rough boolean not null default true;
