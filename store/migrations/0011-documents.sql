-- Uploaded documents: what is known of each. The content lies in the document store, sealed, at the address of the sealed
-- bytes; neither the name of the file nor anything of its content is kept here.
create table document (
  id           uuid primary key,
  case_id      uuid not null,
  kind         text not null,
  content_type text not null,
  -- Of what is kept, before it was sealed.
  size_bytes   integer not null,
  address      text not null unique,
  state        text not null default 'received' check (state in ('received', 'quarantined', 'scanning', 'clean', 'infected', 'failed')),
  -- Until then one process has it at the scanner; a later one takes over what was left behind.
  scanning_until timestamptz,
  scans        integer not null default 0,
  uploaded_by  text not null,
  uploaded_at  timestamptz not null default now(),
  judged_at    timestamptz,
  check ((state = 'scanning') = (scanning_until is not null))
);
create index document_case on document (case_id, uploaded_at, id);
create index document_unjudged on document (uploaded_at) where state in ('received', 'quarantined', 'scanning');

-- Permissions to download one document once or more within a minute, in one session.
create table document_link (
  token_hash   bytea primary key,
  document_id  uuid not null references document,
  session_id   text not null,
  expires_at   timestamptz not null
);
create index document_link_expires on document_link (expires_at);
