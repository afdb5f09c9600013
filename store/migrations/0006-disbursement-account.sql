-- The account that a disbursement was prepared for: whoever releases it has looked at that one, and no other gets the money.
-- Personal data, so apart from events and from the read model, which a rebuild writes anew: no reference to disbursement.
create table disbursement_account (
  disbursement_id uuid primary key,
  case_id uuid not null,
  bank_account jsonb not null
);
create index disbursement_account_case on disbursement_account (case_id);
