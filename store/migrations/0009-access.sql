-- Who may see and do what: revealed fields, people who stand in for others, people who are recused. Who may read which rows of
-- all tables is in store/row-security.ts, which is applied after every migration.

-- What row-level security was last made of; another release makes it anew.
create table row_security (
  only_row boolean primary key default true check (only_row),
  digest text not null
);

create function is_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;

-- Who saw a personal field as it is, of which case, and why. Never what it said.
create table reveal (
  id uuid primary key,
  case_id uuid not null,
  field text not null,
  member_no integer,
  user_id text not null,
  on_behalf_of text,
  -- Sealed with the key of the case: people name people when they say why.
  reason bytea not null,
  revealed_at timestamptz not null default now()
);
create index reveal_case on reveal (case_id, revealed_at desc, id);
create trigger reveal_append_only before update or delete on reveal for each row execute function is_append_only();
create trigger reveal_no_truncate before truncate on reveal for each statement execute function is_append_only();

-- 委托: from one day to another, both included, the delegate acts with these roles of the other's.
create table delegation (
  id uuid primary key,
  from_user text not null references app_user,
  to_user text not null references app_user check (to_user <> from_user),
  roles text[] not null check (cardinality(roles) > 0),
  from_on date not null,
  until_on date not null check (until_on >= from_on),
  created_by text not null,
  created_at timestamptz not null default now(),
  revoked_by text,
  revoked_at timestamptz
);
create index delegation_to on delegation (to_user, until_on) where revoked_at is null;
create index delegation_from on delegation (from_user, created_at desc, id);

-- 回避: persons whom a user is or is related to, by the blind index of the ID number and nothing else.
create table related_person (
  user_id text not null references app_user,
  person_index bytea not null,
  relation text not null check (relation in ('self', 'relative')),
  declared_by text not null,
  declared_at timestamptz not null default now(),
  primary key (user_id, person_index)
);
create index related_person_index on related_person (person_index);

-- Cases that are closed for a user: declared, or found because a related person is in the household.
create table recusal (
  user_id text not null references app_user,
  case_id uuid not null,
  because text not null check (because in ('self', 'relative', 'declared')),
  declared_by text,
  declared_at timestamptz not null default now(),
  primary key (user_id, case_id)
);
create index recusal_case on recusal (case_id);
