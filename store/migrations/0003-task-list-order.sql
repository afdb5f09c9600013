-- The task list is read longest waiting first, mostly without asking for a role: from each union's open tasks the first few.
create index task_open_by_age on task (org_id, since, id) where closed_at is null;
