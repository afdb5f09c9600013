/** Fields of command bodies that people wrote for other people to read; everything else of a body stays where it is. */
const TEXT_FIELDS = ['opinion', 'classReason', 'reason', 'about', 'finding', 'findings', 'minutes', 'note', 'cause'] as const;

/** The texts of a command's body, four clear sections included. */
export function textsOf(body: Record<string, unknown>): Record<string, string> {
  const fourClear = isObject(body.fourClear) ? Object.entries(body.fourClear).map(([section, text]) => [`fourClear.${section}`, text]) : [];
  const change = isObject(body.materialChange) ? Object.entries(body.materialChange).map(([part, text]) => [`materialChange.${part}`, text]) : [];
  const evidence = Array.isArray(body.evidence) ? [['evidence', body.evidence.join('；')]] : [['evidence', body.evidence]];
  const struggling = isObject(body.stillStruggling) ? [['stillStruggling.reason', body.stillStruggling.reason]] : [];
  // What is to be corrected; items of any other command are no texts.
  const toCorrect = Array.isArray(body.items) && body.items.every((item) => typeof item === 'string') ? [['items', body.items.join('；')]] : [];
  const entries = [...TEXT_FIELDS.map((field) => [field, body[field]]), ...fourClear, ...struggling, ...toCorrect, ...change, ...evidence];
  return Object.fromEntries(entries.filter(([, text]) => typeof text === 'string' && text !== '')) as Record<string, string>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
