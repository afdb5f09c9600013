-- Every row is sealed by now (store/seal-record.ts): what was readable goes.

alter table case_private
  drop column applicant,
  drop column employer,
  drop column residence,
  drop column members,
  drop column bank_account,
  drop column applicant_name,
  drop column contact_person,
  alter column sealed set not null,
  alter column name_index set not null,
  alter column phone_index set not null,
  alter column id_indexes set not null;
create index case_private_name on case_private (name_index);
create index case_private_phone on case_private (phone_index);
create index case_private_card on case_private (card_index) where card_index is not null;
create index case_private_ids on case_private using gin (id_indexes);

alter table disbursement_account drop column plain_bank_account, alter column bank_account set not null;

alter table command drop column plain_body, alter column body set not null;

-- A blind index in the place of the number: who may be in an open case once is known by it.
alter table household_claim drop column id_number, add primary key (id_index);

-- `problems` are part of the body now.
alter table file_import_row
  drop column plain_body,
  drop column plain_cells,
  drop column plain_file_number,
  drop column problems,
  add check ((result is null) = (body is not null));

alter table file_import_batch drop column file_name, drop column headers, alter column content set not null;
