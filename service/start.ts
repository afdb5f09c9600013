import { ConfigurationError, readConfig, type Config } from '../infra/config';
import { reasonOf, StartupError } from '../infra/errors';
import { factsOf, NotForProduction, productionMistakes } from '../infra/production';
import { progressOn } from '../infra/progress';
import { PolicyMistakes } from '../policies/mistakes';
import { startService, type Service } from './stack';

/** `npm start`: the whole service in the foreground until Ctrl-C. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  refuseInProduction(config);
  const startedAt = Date.now();
  let fail: (sentence: string) => void = () => undefined;
  const failed = new Promise<string>((resolve) => (fail = resolve));
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  const interrupted = new Promise<undefined>((resolve) => interrupt.signal.addEventListener('abort', () => resolve(undefined)));
  const service = await startService(config, { onProgress: progressOn(process.stderr), onFailure: fail, signal: interrupt.signal }).catch((error: unknown) => {
    if (!interrupt.signal.aborted) throw error;
    return undefined;
  });
  if (!service) {
    console.log('Interrupted while starting. Everything that had been started is stopped.');
    process.exitCode = 130;
    return;
  }
  console.log(welcome(service, config, Date.now() - startedAt));
  const sentence = await Promise.race([interrupted, failed]);
  console.log(sentence === undefined ? '\nStopping …' : `\n${sentence} Stopping everything else.`);
  await service.stop();
  console.log('Stopped. The data is kept; `npm run reset` forgets it.');
  if (sentence !== undefined) process.exitCode = 1;
}

/** Before anything is started; what only the record knows is asked once it runs. */
function refuseInProduction(config: Config): void {
  if (!config.production) return;
  const reasons = productionMistakes(factsOf(config, process.env.DEMO_PASSWORD));
  if (reasons.length > 0) throw new NotForProduction(reasons);
}

function welcome({ url, metricsUrls, engineUiUrl }: Service, config: Config, tookMs: number): string {
  const rows = [
    ['API', url],
    ['API documentation', `${url}/docs`],
    ['OpenAPI', `${url}/openapi.json`],
    ['Temporal UI', engineUiUrl ?? 'not available'],
    ['Metrics', metricsUrls.join('  ')],
    ['Data', config.dataDir],
  ];
  const logins = ['wx-liangxi-e1.clerk', 'wx-liangxi.handler', 'wx.handler', 'wx.head', 'wx.finance', 'wx.treasurer', 'bz-woyang.handler'];
  return [
    '',
    `闭环 Bihuan is running (started in ${(tookMs / 1000).toFixed(1)} s).`,
    '',
    ...rows.map(([name = '', value = '']) => `  ${name.padEnd(18)} ${value}`),
    ...(config.production ? [] : ['', `  Demo users (password "${config.demoPassword}"), named <organisation>.<role>:`, `    ${logins.join('  ')}`]),
    '',
    '  Ctrl-C stops everything.',
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigurationError || error instanceof NotForProduction || error instanceof StartupError || error instanceof PolicyMistakes;
  console.error(isExpected ? error.message : `The service could not be started: ${reasonOf(error)}`);
  if (!isExpected && error instanceof Error) console.error(error.stack);
  process.exitCode = 1;
});
