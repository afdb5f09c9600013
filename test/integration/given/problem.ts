import type { Reply } from './service-client';

/** A problem document (RFC 9457) with the fields that codes add. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: { path: string; message: string }[];
  awaiting?: { command: string; role: string; orgId: string }[];
  [field: string]: unknown;
}

/** Whatever text: its presence is what counts. Typed, so that it can stand in an object without a cast. */
export const ANY_TEXT: unknown = expect.any(String);

/** Expects a refusal of this status and code, as a whole problem document, and gives it back. */
export function expectProblem(reply: Reply<unknown>, status: number, code: string): Problem {
  const problem = reply.body as Problem;
  // The code first: it says more about what went wrong than a status does.
  expect({ code: problem.code, status: reply.status }).toEqual({ code, status });
  expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/);
  expect(problem).toMatchObject({ type: ANY_TEXT, title: ANY_TEXT, detail: ANY_TEXT, status });
  return problem;
}

/** The paths that a refusal of bad input names, each once, sorted. */
export function pathsOf(problem: Problem): string[] {
  return [...new Set((problem.errors ?? []).map(({ path }) => path))].sort();
}
