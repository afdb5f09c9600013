-- Sign-in: passwords that must be changed, second factors, sessions that end by themselves, delays after failures,
-- sign-in through an identity provider, machine clients, and the append-only list of all that happens there.

alter table app_user
  -- Sessions carry the number that was current when they began; raising it ends them all at once.
  add column session_epoch integer not null default 1,
  add column must_change_password boolean not null default false,
  -- A password that somebody else chose serves until then.
  add column first_password_until timestamptz,
  add column password_changed_at timestamptz,
  add column last_sign_in_at timestamptz,
  add column created_at timestamptz not null default now(),
  add column created_by text;
-- Names that differ only in their capitals would be taken for each other.
create unique index app_user_name on app_user (lower(id));
create index app_user_org on app_user (org_id, id);

-- Sessions of the release before know no second factor, so they end here. One that such a release still opens meanwhile gets
-- epoch 0, which no user has.
delete from session;
alter table session
  add column id uuid not null default gen_random_uuid() unique,
  add column epoch integer not null default 0,
  add column is_full boolean not null default false,
  add column method text not null default 'password' check (method in ('password', 'passwordAndCode', 'oidc', 'oidcAndCode')),
  add column address_prefix text,
  add column last_seen_at timestamptz not null default now();
create index session_of_user on session (user_id);
create index session_expiry on session (expires_at);

create table second_factor (
  user_id text primary key references app_user,
  -- Sealed by the key of the service; the record alone does not tell it.
  sealed_secret bytea not null,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz,
  -- The newest time step of which a code was taken: no code serves twice.
  last_step bigint not null default 0
);

create table recovery_code (
  user_id text not null references app_user,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);

-- Failures by account, by address, and by both together. Keys are digests: what is typed as a name may be a password.
create table sign_in_delay (
  key bytea primary key,
  kind text not null check (kind in ('pair', 'account', 'address')),
  failures integer not null default 0,
  last_failed_at timestamptz not null default now(),
  blocked_until timestamptz
);
create index sign_in_delay_age on sign_in_delay (last_failed_at);

-- From where somebody has signed in before: strangers cannot keep him out there.
create table sign_in_place (
  user_id text not null references app_user,
  address_hash bytea not null,
  last_used_at timestamptz not null default now(),
  primary key (user_id, address_hash)
);

-- Who is who at an identity provider. A subject means something only together with its issuer and the claim it came from.
create table oidc_link (
  issuer text not null,
  claim text not null,
  subject text not null,
  user_id text not null unique references app_user,
  linked_by text not null,
  linked_at timestamptz not null default now(),
  primary key (issuer, claim, subject)
);

-- Sign-ins that are under way at the provider; taken once.
create table oidc_attempt (
  state_hash bytea primary key,
  browser_hash bytea not null,
  nonce text not null,
  code_verifier text not null,
  expires_at timestamptz not null
);
create index oidc_attempt_expiry on oidc_attempt (expires_at);

create table machine_client (
  id text primary key,
  org_id text not null references organisation,
  name text not null,
  -- Operation ids.
  scopes text[] not null,
  secret_hash bytea not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  last_used_at timestamptz
);
create index machine_client_org on machine_client (org_id, id);

create table auth_event (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  type text not null,
  -- Whom it is about; null for a name that nobody has: what was typed there may be a password.
  user_id text,
  -- Who did it: a user, or null for whoever tried to sign in.
  actor text,
  -- The network, not the machine.
  address_prefix text,
  -- Codes only.
  details jsonb not null default '{}'
);
create index auth_event_user on auth_event (user_id, id);
create index auth_event_at on auth_event (at);

create function auth_event_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'auth_event is append-only';
end $$;
create trigger auth_event_append_only before update or delete on auth_event
  for each row execute function auth_event_is_append_only();
create trigger auth_event_no_truncate before truncate on auth_event
  for each statement execute function auth_event_is_append_only();
