-- A case that follows another one is written down before its engine knows of it: who decides on destroying the one before must see it by then.
create index case_opening_previous on case_opening (((start #>> '{opening,facts,0,previousCaseId}')::uuid))
  where start #>> '{opening,facts,0,previousCaseId}' is not null;
