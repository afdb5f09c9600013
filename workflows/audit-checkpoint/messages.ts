export const auditCheckpointWorkflowType = 'auditCheckpoint';
export const AUDIT_CHECKPOINT_SCHEDULE = 'audit-checkpoint';
