-- The life of personal data: what was exported to whom, what must not be destroyed yet, and what was destroyed, by whom and with
-- which proof.

-- A case whose personal data was destroyed is found by none of its persons any more.
alter table case_private
  alter column name_index drop not null,
  alter column phone_index drop not null,
  alter column id_indexes drop not null;

-- Somebody outside wants the papers kept: while one is not lifted, nothing of the case is destroyed.
create table legal_hold (
  id uuid primary key,
  case_id uuid not null,
  reason text not null check (reason in ('appeal', 'petition', 'litigation', 'audit', 'investigation')),
  placed_by text not null,
  placed_at timestamptz not null default now(),
  lifted_by text,
  lifted_at timestamptz,
  check ((lifted_by is null) = (lifted_at is null))
);
create index legal_hold_case on legal_hold (case_id);

-- One person proposes, another decides. From `approved` on the data are gone; `completed` once nothing is left in the document store.
create table destruction (
  id uuid primary key,
  case_id uuid not null,
  state text not null check (state in ('proposed', 'rejected', 'approved', 'completed')),
  proposed_by text not null,
  proposed_for text,
  proposed_at timestamptz not null default now(),
  decided_by text,
  decided_for text,
  decided_at timestamptz,
  -- Where sealed contents lay in the document store, until they are removed.
  addresses text[],
  completed_at timestamptz,
  check ((state = 'proposed') = (decided_by is null)),
  check ((decided_by is null) = (decided_at is null)),
  check ((state = 'completed') = (completed_at is not null)),
  check ((addresses is null) = (state in ('proposed', 'rejected'))),
  -- Nobody approves alone, whomever he stands in for.
  check (state in ('proposed', 'rejected') or not (array[decided_by, coalesce(decided_for, decided_by)] && array[proposed_by, coalesce(proposed_for, proposed_by)]))
);
create unique index destruction_once on destruction (case_id) where state <> 'rejected';
create index destruction_case on destruction (case_id, proposed_at);
create index destruction_unfinished on destruction (decided_at) where state = 'approved';

-- 销毁证明: kept for ever. Its digest stands in the case's chain of events, which the signed checkpoints of the audit cover.
create table destruction_certificate (
  case_id uuid primary key,
  destruction_id uuid not null unique references destruction,
  number text not null unique,
  content jsonb not null,
  -- SHA-256 of `content` in canonical form.
  sha256 bytea not null,
  issued_at timestamptz not null default now()
);
create trigger destruction_certificate_append_only before update or delete on destruction_certificate
  for each row execute function is_append_only();
create trigger destruction_certificate_no_truncate before truncate on destruction_certificate
  for each statement execute function is_append_only();

-- Everything held about a person was given out: one row for each case that was in it.
create table personal_data_export (
  id uuid not null,
  case_id uuid not null,
  member_no integer not null,
  requested_by text not null check (requested_by in ('person', 'guardian', 'heir')),
  user_id text not null,
  on_behalf_of text,
  org_id text not null,
  -- Sealed by the key of the case.
  reason bytea not null,
  exported_at timestamptz not null default now(),
  primary key (id, case_id, member_no)
);
create index personal_data_export_case on personal_data_export (case_id, exported_at);
create trigger personal_data_export_append_only before update or delete on personal_data_export
  for each row execute function is_append_only();
create trigger personal_data_export_no_truncate before truncate on personal_data_export
  for each statement execute function is_append_only();

-- Ended cases that may be due: files whose retention is over, and applications that led to no file.
create index hardship_case_retention_over on hardship_case (id) where state = 'closed' and retention_ends_on is null and record ->> 'destroyedOn' is null;
create index case_event_application_ended on case_event (effective_on, case_id) where type in ('caseRejected', 'applicationWithdrawn');
