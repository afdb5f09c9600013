/** What operators can search cases by in the engine's UI (codes only; never the application's lists). */
export const SEARCH_ATTRIBUTES = {
  CaseState: 'Keyword',
  HardshipClass: 'Keyword',
  OwnerOrg: 'Keyword',
  PolicyProfile: 'Keyword',
  WaitingFor: 'Keyword',
  DueOn: 'Keyword',
} as const;
