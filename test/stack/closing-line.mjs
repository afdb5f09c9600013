/** Closes a test run with one line that a machine can read: `N passed, N failed`. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    // A suite that could not even start has no tests of its own to count.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    // After the other reporters' summaries, which are written on the same tick.
    process.on('exit', () => process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`));
  }
}
