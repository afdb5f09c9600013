-- Personal data is sealed: every case has a key of its own, kept here wrapped by a master key that is not in this database
-- (docs/security/keys.md). This part makes room; rows that exist are sealed by store/seal-record.ts; then 0007-plain-columns-go.sql.

create table case_key (
  case_id uuid primary key,
  profile text not null check (profile in ('intl', 'gm')),
  master_key_id text not null,
  -- Without it nothing of the case's personal data can be read any more, in no backup of its ciphertexts either.
  wrapped bytea,
  created_at timestamptz not null default now(),
  destroyed_at timestamptz,
  check ((wrapped is null) = (destroyed_at is not null))
);
create index case_key_master on case_key (master_key_id, case_id) where wrapped is not null;

-- Keys of uploaded lists: their rows are personal data before they are cases.
create table file_import_key (
  batch_id uuid primary key,
  profile text not null check (profile in ('intl', 'gm')),
  master_key_id text not null,
  wrapped bytea,
  created_at timestamptz not null default now(),
  destroyed_at timestamptz,
  check ((wrapped is null) = (destroyed_at is not null))
);
create index file_import_key_master on file_import_key (master_key_id, batch_id) where wrapped is not null;

-- The key of all blind indexes. There is one, and it never changes: what was indexed would not be found any more.
create table index_key (
  id smallint primary key default 1 check (id = 1),
  profile text not null check (profile in ('intl', 'gm')),
  master_key_id text not null,
  wrapped bytea not null,
  created_at timestamptz not null default now()
);

drop index case_private_name;
alter table case_private
  alter column applicant drop not null,
  alter column residence drop not null,
  alter column members drop not null,
  alter column applicant_name drop not null,
  -- Everything about persons, as one sealed value.
  add column sealed bytea,
  -- Blind indexes: keyed hashes by which a case is found.
  add column name_index bytea,
  add column phone_index bytea,
  add column card_index bytea,
  -- The applicant's and the members'.
  add column id_indexes bytea[];

alter table disbursement_account rename column bank_account to plain_bank_account;
alter table disbursement_account alter column plain_bank_account drop not null, add column bank_account bytea;

alter table command rename column body to plain_body;
alter table command alter column plain_body drop not null, add column body bytea;

alter table household_claim add column id_index bytea;

alter table file_import_row drop constraint file_import_row_check;
alter table file_import_row rename column body to plain_body;
alter table file_import_row rename column cells to plain_cells;
alter table file_import_row rename column file_number to plain_file_number;
alter table file_import_row add column body bytea, add column cells bytea, add column file_number bytea;

alter table file_import_batch alter column file_name drop not null, alter column headers drop not null, add column content bytea;
