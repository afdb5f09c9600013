-- The record: append-only events, the read model folded from them, the task list, commands, personal data, money.

create table organisation (
  id text primary key,
  name text not null,
  level text not null,
  kind text not null,
  parent_id text references organisation,
  region_code text,
  service_centre text,
  -- From the root down, each id followed by '/': a subtree is a prefix.
  path text not null
);
create index organisation_path on organisation (path text_pattern_ops);

create table app_user (
  id text primary key,
  org_id text not null references organisation,
  roles text[] not null,
  password_hash text not null,
  is_demo boolean not null,
  disabled_at timestamptz
);

create table session (
  token_hash bytea primary key,
  user_id text not null references app_user,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

-- Policies, calendar, living standards: whole documents, as the service loaded them.
create table reference_document (
  kind text primary key,
  document jsonb not null,
  loaded_at timestamptz not null default now()
);

create table command (
  id uuid primary key,
  case_id uuid not null,
  operation text not null,
  actor text,
  idempotency_key text not null,
  -- The caller's own words: names, numbers and free text live here and in case_private, nowhere else.
  body jsonb not null,
  body_digest text not null,
  state text not null default 'pending' check (state in ('pending', 'accepted', 'refused')),
  refusals jsonb,
  result_version bigint,
  created_at timestamptz not null default now(),
  answered_at timestamptz,
  -- When the engine's own answer came back: until then it may have forgotten the command in a crash.
  confirmed_at timestamptz
);
-- A key belongs to the person who chose it; callers who are not signed in share one namespace of random keys.
create unique index command_key on command (coalesce(actor, ''), idempotency_key);
create index command_case on command (case_id);
create index command_unconfirmed on command (answered_at) where state = 'accepted' and confirmed_at is null;

-- What a case is started with. Written before the engine is asked, so that a crash in between loses nothing.
create table case_opening (
  case_id uuid primary key,
  start jsonb not null,
  created_at timestamptz not null default now(),
  started_at timestamptz
);
create index case_opening_unstarted on case_opening (created_at) where started_at is null;

create sequence case_number;

create table case_event (
  case_id uuid not null,
  seq bigint not null,
  type text not null,
  effective_on date not null,
  recorded_at timestamptz not null,
  actor text,
  on_behalf_of text,
  command_id uuid,
  data jsonb not null,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (case_id, seq)
);

create function case_event_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'case_event is append-only';
end $$;
create trigger case_event_append_only before update or delete on case_event
  for each row execute function case_event_is_append_only();
create trigger case_event_no_truncate before truncate on case_event
  for each statement execute function case_event_is_append_only();

-- The read model: a fold of case_event, dropped and folded again at will.
create table hardship_case (
  id uuid primary key,
  number text not null unique,
  version bigint not null,
  state text not null,
  hardship_class text,
  grassroots_org_id text not null references organisation,
  reviewer_org_id text references organisation,
  owner_org_id text references organisation,
  recheck_due_on date,
  record jsonb not null
);
create index hardship_case_grassroots on hardship_case (grassroots_org_id, number);
create index hardship_case_reviewer on hardship_case (reviewer_org_id, number) where reviewer_org_id is not null;
create index hardship_case_owner on hardship_case (owner_org_id, number) where owner_org_id is not null;
create index hardship_case_recheck on hardship_case (recheck_due_on) where recheck_due_on is not null;

-- What is known of a case's run in the engine, apart from the fold: its business clock against the wall clock (time goes
-- on without events), and which version of the reference tables it has.
create table case_runtime (
  case_id uuid primary key,
  is_simulated boolean not null,
  clock_offset_ms bigint not null,
  reference_digest text not null
);

create table task (
  id uuid primary key,
  case_id uuid not null,
  command text not null,
  kind text,
  role text not null,
  org_id text not null references organisation,
  since date not null,
  due_on date,
  claimed_by text references app_user,
  claimed_at timestamptz,
  version integer not null default 1,
  closed_at timestamptz
);
create index task_open on task (org_id, role, since, id) where closed_at is null;
create index task_case on task (case_id) where closed_at is null;

-- Personal data of a case, apart from everything else.
create table case_private (
  case_id uuid primary key,
  applicant jsonb not null,
  employer jsonb,
  residence jsonb not null,
  members jsonb not null,
  bank_account jsonb,
  applicant_name text not null
);
create index case_private_name on case_private (applicant_name);

-- One household, one file (R-QHD-12): a person is in one open case at the most.
create table household_claim (
  id_number text primary key,
  case_id uuid not null
);
create index household_claim_case on household_claim (case_id);

create table disbursement (
  id uuid primary key,
  case_id uuid not null,
  org_id text not null references organisation,
  state text not null,
  prepared_by text not null,
  prepared_on date not null,
  released_by text
);
create index disbursement_case on disbursement (case_id);

create table disbursement_item (
  disbursement_id uuid not null references disbursement,
  payment_id text not null,
  aid_type text not null,
  amount_fen bigint not null check (amount_fen > 0),
  state text not null,
  reason text,
  primary key (disbursement_id, payment_id)
);
-- The last wall against paying twice: a payment is in one disbursement that was not returned.
create unique index disbursement_item_once on disbursement_item (payment_id) where state <> 'returned';

-- What outside systems must be told of; adapters take it from here.
create table sync_request (
  case_id uuid not null,
  system text not null,
  state text not null,
  requested_on date not null,
  primary key (case_id, system)
);

-- What the worker was told (告知).
create table notification (
  case_id uuid not null,
  seq bigint not null,
  kind text not null,
  text text not null,
  told_on date not null,
  primary key (case_id, seq)
);
