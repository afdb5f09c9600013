import { tellWhyItEnds } from './json-log';

/**
 * What nobody caught is told like any other error and ends the process; who supervises it starts it again. Left to itself, Node
 * would write the whole error down, and a database error carries the values of the row it stumbled over. A promise that nobody
 * waits for comes here as well.
 */
export function endAtLastResort(part: string): void {
  process.on('uncaughtException', (error: unknown) => {
    tellWhyItEnds(part, error);
    process.exit(1);
  });
}
