-- A page of the task list says the number of each task's case: in the row of the task, so that a page need not look fifty cases up.
-- A case's number never changes. A task whose case is gone (`npm run reconcile` closes it) is known by the case's id.
alter table task add column case_number text;
update task t set case_number = coalesce((select number from hardship_case c where c.id = t.case_id), t.case_id::text);
alter table task alter column case_number set not null;

-- Entries go into these indexes at once. Collected first, as is usual, 4 MB of them were sorted in by whoever filled the measure: everybody
-- who was to have an entry of the audit waited a third of a second for it, every few seconds, and each search went through what was collected.
alter index audit_entry_cases set (fastupdate = off);
select gin_clean_pending_list('audit_entry_cases');
alter index case_private_ids set (fastupdate = off);
select gin_clean_pending_list('case_private_ids');

-- Chains and entries are only ever looked up by their keys; a plan made while there were few chains would go on reading all of them
-- until the statistics catch up.
alter function append_audit_entries(text[]) set enable_seqscan = off;
