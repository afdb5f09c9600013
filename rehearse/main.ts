import { readCommandLine, USAGE, WrongUsage } from './command-line';
import { OpenApiClient } from './openapi-client';
import { rehearse } from './rehearsal';

async function main(): Promise<void> {
  const commandLine = readCommandLine(process.argv.slice(2), process.env);
  if (commandLine === 'help') {
    console.log(USAGE);
    return;
  }
  const service = commandLine.url === undefined ? await startEmbedded() : { url: commandLine.url, stop: () => Promise.resolve() };
  try {
    const client = await OpenApiClient.connect(service.url, commandLine.password);
    if (!(await rehearse(commandLine, client, (line) => console.log(line)))) process.exitCode = 1;
  } finally {
    await service.stop();
  }
}

/** Only loaded when it is needed: against a running service the player knows nothing but the OpenAPI document. */
async function startEmbedded() {
  const { startEmbeddedService } = await import('./embedded-service.js');
  const service = await startEmbeddedService();
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= service.stop());
  // An interrupted rehearsal must not leave a database and an engine behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop().finally(() => process.exit(130)));
  return { url: service.url, stop };
}

// Whoever reads along may stop reading, as `head` does; the rehearsal goes on, and its exit code still counts.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof WrongUsage) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof WrongUsage ? 2 : 1;
});
