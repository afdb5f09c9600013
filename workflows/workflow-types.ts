/** The workflow types that a worker serves. */
export { hardshipCase } from './case/case';
export { dateWalk } from './date-walk/date-walk';
export { auditCheckpoint } from './audit-checkpoint/audit-checkpoint';
