export const dateWalkWorkflowType = 'dateWalk';
export const DATE_WALK_SCHEDULE = 'date-walk';
