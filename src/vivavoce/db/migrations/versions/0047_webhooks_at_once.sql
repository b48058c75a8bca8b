-- When something is due at an endpoint next, and until when a worker has it for itself: what webhooks are sent by.
alter table webhook_endpoints
    add column due_at timestamptz,      -- null: nothing waits for it
    add column held_until timestamptz;  -- null: nobody sends there now
create index webhook_endpoints_due on webhook_endpoints (due_at) where due_at is not null;
create index webhook_endpoints_due_of_merchant on webhook_endpoints (merchant_id, due_at) where due_at is not null;
create index webhook_deliveries_waiting on webhook_deliveries (merchant_id, endpoint_id, next_at)
    where state = 'waiting';
create policy due on webhook_endpoints for select
    using (current_setting('app.sweeps', true) = 'due' and due_at is not null);

-- What was left as notes until now, at every merchant.
alter table webhook_endpoints no force row level security;
alter table webhook_deliveries no force row level security;
update webhook_endpoints as endpoints set due_at = waiting.next_at
from (
    select merchant_id, endpoint_id, min(next_at) as next_at from webhook_deliveries
    where state = 'waiting' group by merchant_id, endpoint_id
) as waiting
where (endpoints.merchant_id, endpoints.id) = (waiting.merchant_id, waiting.endpoint_id);
alter table webhook_endpoints force row level security;
alter table webhook_deliveries force row level security;
delete from procrastinate_jobs where queue_name in ('webhooks', 'webhooks_again') and status = 'todo';
