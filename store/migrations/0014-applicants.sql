-- Applicants' own accounts: a telephone number that is proven by a code together with an ID number, and the cases in which exactly
-- these two stand. Neither number is kept here; both are found by one keyed hash.

-- Whose case it is: keyed hash of the applicant's ID number and telephone number together.
create table case_applicant (
  case_id uuid primary key,
  applicant_index bytea not null
);

create table applicant_account (
  id uuid primary key default gen_random_uuid(),
  applicant_index bytea not null unique,
  -- Keyed digest of the telephone number alone: how many ID numbers are tried out with one.
  phone_key bytea not null,
  -- Sessions carry the number that was current when they began; raising it ends them all at once.
  session_epoch integer not null default 1,
  created_at timestamptz not null default now(),
  last_sign_in_at timestamptz not null default now()
);
create index applicant_account_phone on applicant_account (phone_key, created_at);
create index applicant_account_age on applicant_account (last_sign_in_at);

alter table session
  alter column user_id drop not null,
  add column applicant_id uuid references applicant_account,
  -- As the audit and the events name whoever it is.
  add column owner text not null generated always as (coalesce(user_id, 'applicant:' || applicant_id::text)) stored,
  add check ((user_id is null) <> (applicant_id is null)),
  drop constraint session_method_check,
  add constraint session_method_check check (method in ('password', 'passwordAndCode', 'oidc', 'oidcAndCode', 'phoneCode'));
drop index session_of_user;
create index session_owner on session (owner);

-- The one code that holds for a telephone number; the number is the key, as a keyed digest. Taken once.
create table sign_in_code (
  phone_key bytea primary key,
  code_hash bytea not null,
  attempts integer not null default 0,
  expires_at timestamptz not null
);
create index sign_in_code_expiry on sign_in_code (expires_at);

alter table sign_in_delay drop constraint sign_in_delay_kind_check, add constraint sign_in_delay_kind_check check (kind in ('pair', 'account', 'address', 'codePhone', 'codeAddress'));

-- Outside of production: what would have been sent, sealed by the key of the sign-in. An hour at the most.
create table sms_sandbox_message (
  id uuid primary key default gen_random_uuid(),
  sealed bytea not null,
  sent_at timestamptz not null default now()
);
create index sms_sandbox_message_age on sms_sandbox_message (sent_at);

-- 满意度 (R-BZ-30): once for each case, by the applicant.
create table service_rating (
  case_id uuid primary key,
  score smallint not null check (score between 1 and 5),
  -- Sealed with the key of the case.
  comment bytea,
  rated_by text not null,
  rated_at timestamptz not null default now()
);
create trigger service_rating_append_only before update or delete on service_rating for each row execute function is_append_only();
create trigger service_rating_no_truncate before truncate on service_rating for each statement execute function is_append_only();

alter table audit_entry drop constraint audit_entry_actor_kind_check,
  add constraint audit_entry_actor_kind_check check (actor_kind in ('user', 'machine', 'applicant', 'anonymous', 'operator'));
