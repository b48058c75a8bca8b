-- The merchant of a policy stands in a setting, into which PostgreSQL does not look when it plans: of the rows that the
-- statement's own merchant has, it expected the share of an average merchant to come through. Beside three hundred small
-- merchants the ten thousand rows of a large one were expected to be a few dozen, and each page of its lists read all of
-- them and sorted them. Of a function it expects that every third row comes through, however many merchants there are,
-- also of the one behind the operator; and the statement's own merchant counts for as many rows as it has. (Of the tables
-- with two policies; of two conditions that are alike and joined by "and", PostgreSQL counts one.)
alter policy tenant on interviews
    using (uuid_eq(merchant_id, (select nullif(current_setting('app.merchant_id', true), '')::uuid)));
alter policy tenant on candidates
    using (uuid_eq(merchant_id, (select nullif(current_setting('app.merchant_id', true), '')::uuid)));
alter policy tenant on invitations
    using (uuid_eq(merchant_id, (select nullif(current_setting('app.merchant_id', true), '')::uuid)));
alter policy tenant on attempts
    using (uuid_eq(merchant_id, (select nullif(current_setting('app.merchant_id', true), '')::uuid)));
