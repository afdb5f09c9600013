-- Import of many files from a spreadsheet: the uploaded rows until they are done, and what became of each.

create table file_import_batch (
  id uuid primary key,
  org_id text not null references organisation,
  uploaded_by text not null references app_user,
  file_name text not null,
  -- Headers of the uploaded sheets, for the result file.
  headers jsonb not null,
  row_count integer not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index file_import_batch_org on file_import_batch (org_id, created_at desc, id);
create index file_import_batch_finished on file_import_batch (finished_at);

create table file_import_row (
  batch_id uuid not null references file_import_batch,
  -- Place in the batch, from 1.
  ordinal integer not null,
  sheet text not null check (sheet in ('household', 'member')),
  row_number integer not null,
  -- Personal data: the body goes when the row is done, the cells when it is imported (else with the file number after some days).
  body jsonb,
  cells jsonb,
  file_number text,
  problems jsonb not null,
  member_row_numbers integer[] not null,
  result text check (result in ('imported', 'alreadyImported', 'refused')),
  -- Code and sentence for each; sentences repeat no content of a cell.
  reasons jsonb,
  case_id uuid,
  attempts integer not null default 0,
  not_before timestamptz,
  done_at timestamptz,
  primary key (batch_id, ordinal),
  check ((result is null) = (body is not null))
);
-- Line by line through all batches, so that a short one does not wait for the end of a long one.
create index file_import_row_open on file_import_row (ordinal, batch_id) where result is null;
create index file_import_row_result on file_import_row (batch_id, result);
-- One row made the case; every other row of that content found it there.
create unique index file_import_row_case on file_import_row (case_id) where result = 'imported';

-- Whether this very content was imported before, by whomever of the organisation.
create index command_import_digest on command (body_digest) where operation = 'importFile';
