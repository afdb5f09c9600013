import { pauseUntil } from '../../../infra/pause';

const AN_HOUR_MS = 3_600_000;

test('it lasts as long as is said', async () => {
  let isOver = false;
  const pause = pauseUntil(new AbortController().signal, 20).then(() => (isOver = true));
  await Promise.resolve();
  expect(isOver).toBe(false);
  await pause;
});

test('a signal ends it, as does one that was given before', async () => {
  const stop = new AbortController();
  const pause = pauseUntil(stop.signal, AN_HOUR_MS);
  stop.abort();
  await expect(pause).resolves.toBeUndefined();
  await expect(pauseUntil(stop.signal, AN_HOUR_MS)).resolves.toBeUndefined();
});

test('what is wrong with it otherwise is said', async () => {
  await expect(pauseUntil('no signal' as unknown as AbortSignal, 1)).rejects.toThrow('AbortSignal');
});
