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
