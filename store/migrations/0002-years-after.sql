-- The years after: the contact person of a phase-out, and the dates that go on when a case has ended.

alter table case_private add column contact_person text;

-- Dates of the read model that the daily walk looks for: cases do not run any more when these come.
alter table hardship_case add column monitoring_until date;
alter table hardship_case add column retention_ends_on date;
create index hardship_case_monitoring on hardship_case (monitoring_until) where monitoring_until is not null;
create index hardship_case_retention on hardship_case (retention_ends_on) where retention_ends_on is not null;


-- A disbursement may be dropped before it is released; its payments can then be prepared again.
drop index disbursement_item_once;
create unique index disbursement_item_once on disbursement_item (payment_id) where state not in ('returned', 'dropped');
