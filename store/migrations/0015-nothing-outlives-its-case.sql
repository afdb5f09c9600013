-- What was sent and led to no case is not kept: no end of a case would ever have reached it.

-- Refused, or left by a crash before the answer. Each lies under the key of a case that never came to be; digest and refusals stay.
with sent as (
  update command c set body = ''
   where c.operation in ('submitApplication', 'importFile', 'reportRelapse') and c.state <> 'accepted'
     and not exists (select from case_opening o where o.case_id = c.case_id)
     and not exists (select from case_private p where p.case_id = c.case_id)
     and not exists (select from hardship_case h where h.id = c.case_id)
  returning c.case_id
)
delete from case_key k using sent where k.case_id = sent.case_id;
-- Nobody was answered, and there is no case to answer with: a repetition is judged anew.
delete from command c
 where c.operation in ('submitApplication', 'importFile', 'reportRelapse') and c.state = 'pending' and c.body = ''
   and not exists (select from case_opening o where o.case_id = c.case_id);

-- What the key of a case had sealed in rows that nobody changes goes empty once that key is destroyed: this column, that change, nothing else.
-- Named with its schema: whoever may make a temporary table could put another one before it.
create function is_append_only_until_key_goes() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE'
     and to_jsonb(new) = to_jsonb(old) || jsonb_build_object(tg_argv[0], ''::bytea)
     and exists (select from public.case_key where case_id = old.case_id and destroyed_at is not null) then
    return new;
  end if;
  raise exception '% is append-only', tg_table_name;
end $$;
drop trigger reveal_append_only on reveal;
create trigger reveal_append_only before update or delete on reveal for each row execute function is_append_only_until_key_goes('reason');
drop trigger personal_data_export_append_only on personal_data_export;
create trigger personal_data_export_append_only before update or delete on personal_data_export
  for each row execute function is_append_only_until_key_goes('reason');
drop trigger service_rating_append_only on service_rating;
create trigger service_rating_append_only before update or delete on service_rating for each row execute function is_append_only_until_key_goes('comment');

-- Of cases that were destroyed before.
update reveal r set reason = '' from case_key k where k.case_id = r.case_id and k.destroyed_at is not null;
update personal_data_export e set reason = '' from case_key k where k.case_id = e.case_id and k.destroyed_at is not null;
update service_rating r set comment = '' from case_key k where k.case_id = r.case_id and k.destroyed_at is not null and r.comment is not null;
-- The key of a list's row repeats the digest that is emptied with the body.
update command c set idempotency_key = regexp_replace(c.idempotency_key, '^(file-import:[^:]*:)[0-9a-f]+', '\1' || c.id)
  from case_key k where k.case_id = c.case_id and k.destroyed_at is not null and starts_with(c.idempotency_key, 'file-import:');

-- Whom they stood in for, as with a destruction and a reveal. A hold is lifted in person.
alter table legal_hold add column placed_for text;
