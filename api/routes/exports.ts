import { z } from 'zod';
import { REQUESTERS } from '../../store/personal-data-export.store';
import { userOf } from '../authentication';
import { COMMON_PROBLEMS, type Api, type Services } from '../operation';
import { invalidInput } from '../problem';
import { both } from '../schema-messages';
import { IdNumber, PathId } from '../schemas/values';

const ExportInput = z.object({
  idNumber: IdNumber.optional().meta({ description: '按身份证号码：本单位保管的此人各案' }),
  caseId: PathId.optional().meta({ description: '或者某一案件' }),
  memberNo: z.int().min(1).max(99).optional().meta({ description: '该案件中的家庭成员；缺省为申请人' }),
  requestedBy: z.enum(REQUESTERS),
  reason: z.string().trim().min(5).max(500).meta({ description: '留存，并告知本人' }),
});

const By = z.object({ union: z.string(), roles: z.array(z.string()) });
const Entry = z.looseObject({});

const ExportedCase = z.object({
  caseId: z.string(),
  number: z.string(),
  as: z.enum(['applicant', 'member']),
  memberNo: z.int(),
  identity: Entry,
  employer: Entry.nullable(),
  household: Entry,
  decisions: Entry.nullable(),
  keptUntil: z.string().nullable(),
  authorisations: z.array(Entry),
  declarations: z.array(Entry),
  payments: z.array(Entry),
  accounts: z.array(Entry),
  writings: z.array(z.object({ at: z.string(), operation: z.string(), by: By, texts: z.record(z.string(), z.string()) })),
  notifications: z.array(z.object({ kind: z.string(), text: z.string(), toldOn: z.string() })),
  documents: z.array(Entry),
  events: z.array(z.object({ seq: z.int(), type: z.string(), effectiveOn: z.string(), recordedAt: z.string(), by: By.nullable() })),
  accesses: z.array(z.object({ at: z.string(), kind: z.string(), operation: z.string(), by: By.nullable() })),
  reveals: z.array(Entry),
  exports: z.array(Entry),
  ratings: z.array(Entry),
});

const ExportSchema = z
  .object({
    id: z.string(),
    madeAt: z.string(),
    index: z.array(z.object({ section: z.string(), zh: z.string(), en: z.string(), entries: z.int() })),
    cases: z.array(ExportedCase),
    withheld: z.array(z.object({ what: z.string(), zh: z.string(), en: z.string() })),
    mustBeChecked: z.object({ zh: z.string(), en: z.string() }),
  })
  .meta({ id: 'PersonalDataExport' });

/** 查阅复制: a person gets everything that is held about him. */
export function exportRoutes(app: Api, { exports }: Services): void {
  app.post(
    '/v1/personal-data-exports',
    {
      schema: {
        operationId: 'exportPersonalData',
        tags: ['archive'],
        summary: '复制所持有的某人全部个人信息（须说明理由，留痕）',
        description: '应本人、监护人或者继承人的请求，由保管档案的工会办理。不含他人的信息。',
        body: ExportInput,
        response: { 200: ExportSchema, ...COMMON_PROBLEMS },
      },
    },
    async (request, reply) => {
      const { idNumber, caseId, memberNo, requestedBy, reason } = request.body;
      if ((idNumber === undefined) === (caseId === undefined) || (memberNo !== undefined && caseId === undefined)) {
        throw invalidInput([{ path: 'body.idNumber', message: both('身份证号码与案件二者择一；成员编号仅随案件填写', 'either an ID number or a case; memberNo goes with a case') }]);
      }
      const asked = idNumber === undefined ? { caseId: caseId ?? '', memberNo } : { idNumber };
      const made = await exports.make({ asked, requestedBy, reason, user: userOf(request) });
      request.audited.caseIds = made.cases.map((one) => one.caseId);
      request.audited.details = { requestedBy, exportId: made.id };
      return reply.header('cache-control', 'no-store').send({ ...made, withheld: [...made.withheld] });
    },
  );
}
