-- The audit: who asked for what and was answered what, in hash chains; and what its signed checkpoints know of all chains.

-- The end of each chain. Locked by whoever appends, so that a chain has one order however many processes write.
create table audit_chain (
  chain text collate "C" primary key,
  seq bigint not null,
  hash bytea not null
) with (fillfactor = 70);

create table audit_entry (
  chain text collate "C" not null,
  seq bigint not null,
  at timestamptz not null,
  kind text not null,
  actor_kind text not null check (actor_kind in ('user', 'machine', 'anonymous', 'operator')),
  actor text,
  on_behalf_of text,
  org_id text,
  operation text not null,
  case_id uuid,
  -- The cases that a list showed, or a tool worked on.
  case_ids uuid[],
  outcome text not null check (outcome in ('done', 'refused', 'failed')),
  code text,
  request_id text,
  address text,
  -- Codes and counts. Never a name, a number of a person, a text of a request.
  details jsonb not null,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (chain, seq)
);
create index audit_entry_org on audit_entry (org_id, at, chain, seq);
create index audit_entry_actor on audit_entry (actor, at, chain, seq);
-- What is looked for alone, and is rare among so many reads.
create index audit_entry_refused on audit_entry (org_id, at, chain, seq) where outcome <> 'done';
create index audit_entry_rare on audit_entry (org_id, at, chain, seq) where kind <> 'read' and kind <> 'command';
create index audit_entry_cases on audit_entry using gin (case_ids) where case_ids is not null;
-- Entries come in the order of their time: a few pages tell what is newer than an hour.
create index audit_entry_at on audit_entry using brin (at);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger audit_entry_append_only before update or delete on audit_entry
  for each row execute function audit_is_append_only();
create trigger audit_entry_no_truncate before truncate on audit_entry
  for each statement execute function audit_is_append_only();

-- Appends entries to their chains, all or none. Each comes in canonical form without its end, `"seq":`, which is written
-- here, where the chain is locked; what stands in the columns is read from the very text that is hashed.
-- Chains are taken in the order of their names: two batches never wait for each other.
-- Whoever may call it needs no right on the tables themselves.
create function append_audit_entries(entries text[]) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  one record;
  entry jsonb;
  head audit_chain;
  before bytea;
begin
  for one in
    select (line || '0}')::jsonb ->> 'chain' as chain, line from unnest(entries) with ordinality as given (line, place)
     order by (line || '0}')::jsonb ->> 'chain' collate "C", place
  loop
    if head.chain is distinct from one.chain then
      if head.chain is not null then
        update audit_chain set seq = head.seq, hash = head.hash where chain = head.chain;
      end if;
      select * into head from audit_chain where chain = one.chain for update;
      if not found then
        insert into audit_chain values (one.chain, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing;
        select * into strict head from audit_chain where chain = one.chain for update;
      end if;
    end if;
    before := head.hash;
    head.seq := head.seq + 1;
    head.hash := sha256(before || convert_to(one.line || head.seq || '}', 'UTF8'));
    entry := (one.line || head.seq || '}')::jsonb;
    insert into audit_entry values (
      head.chain, head.seq, (entry ->> 'at')::timestamptz, entry ->> 'kind', entry ->> 'actorKind', entry ->> 'actor', entry ->> 'onBehalfOf',
      entry ->> 'orgId', entry ->> 'operation', (entry ->> 'caseId')::uuid,
      case when jsonb_typeof(entry -> 'caseIds') = 'array'
           then array(select id::uuid from jsonb_array_elements_text(entry -> 'caseIds') with ordinality as shown (id, place) order by place) end,
      entry ->> 'outcome', entry ->> 'code', entry ->> 'requestId', entry ->> 'address', entry -> 'details', before, head.hash
    );
  end loop;
  if head.chain is not null then
    update audit_chain set seq = head.seq, hash = head.hash where chain = head.chain;
  end if;
end $$;

-- What the checkpoints outside of the database last knew of each chain; to be checked against them, never trusted.
create table audit_checkpoint (
  n bigint primary key,
  at timestamptz not null,
  -- Of its line.
  hash bytea not null,
  chains bigint not null,
  changed bigint not null
);
create trigger audit_checkpoint_append_only before update or delete on audit_checkpoint
  for each row execute function audit_is_append_only();
create trigger audit_checkpoint_no_truncate before truncate on audit_checkpoint
  for each statement execute function audit_is_append_only();

create table audit_checkpoint_head (
  chain text collate "C" primary key,
  seq bigint not null,
  hash bytea not null,
  -- The checkpoint that it stands in.
  checkpoint bigint not null
);
create index audit_checkpoint_head_checkpoint on audit_checkpoint_head (checkpoint, chain);

-- Accepted commands are in the audit by their events: who did what, newest first; and which cases have moved since.
create index case_event_actor on case_event (actor, recorded_at, case_id, seq) where command_id is not null;
create index case_event_recorded on case_event using brin (recorded_at);

-- Which case follows which: all cases of one person.
create index hardship_case_previous on hardship_case (((record ->> 'previousCaseId')::uuid)) where record ->> 'previousCaseId' is not null;
