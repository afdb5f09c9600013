-- Every case that was there before has its row in case_applicant by now (store/case-applicant.store.ts).
create index case_applicant_index on case_applicant (applicant_index, case_id);
