// The health check of a container: ends with 0 if the address answers with success within 5 seconds, else with 1. Plain JavaScript,
// because it runs every few seconds and a compiler would cost more than the check.
const answers = await fetch(process.argv[2], { signal: AbortSignal.timeout(5_000) }).then(
  ({ ok, status }) => ok || console.error(`answered ${status}`),
  (error) => console.error(error.cause?.message ?? error.message),
);
process.exitCode = answers === true ? 0 : 1;
