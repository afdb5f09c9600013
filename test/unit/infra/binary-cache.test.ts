import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheKey, GO_MODULE, PROGRAMS, unusablePrograms } from '../../../infra/temporal/binary-cache';
import { findEngine, findOnPath } from '../../../infra/temporal/find-engine';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'bihuan-cache-'))));
afterEach(() => rmSync(directory, { recursive: true }));

function program(name: string, script: string): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('the key changes with a pinned version, a checksum and the platform, and with nothing else', () => {
  const key = cacheKey('mod', 'sum', 'linux-x64');
  expect(cacheKey('mod', 'sum', 'linux-x64')).toBe(key);
  expect(new Set([key, cacheKey('mod2', 'sum', 'linux-x64'), cacheKey('mod', 'sum2', 'linux-x64'), cacheKey('mod', 'sum', 'linux-arm64'), cacheKey('mods', 'um', 'linux-x64')]).size).toBe(5);
});

test('every program is pinned in go.mod as a tool', () => {
  const goMod = readFileSync(join(GO_MODULE, 'go.mod'), 'utf8');
  for (const { package: tool } of PROGRAMS) expect(goMod).toContain(`\t${tool}\n`);
});

test('a program that is missing, cut short or silent is not usable', async () => {
  program('temporal-server', 'echo temporal version 1.32.1');
  program('temporal-sql-tool', 'exit 1');
  expect((await unusablePrograms(directory)).map(({ name }) => name)).toEqual(['temporal-sql-tool', 'temporal-ui']);
});

test('only an executable file counts as found on the PATH', () => {
  writeFileSync(join(directory, 'go'), '');
  expect(findOnPath('go', `/nowhere:${directory}`)).toBeUndefined();
  expect(findOnPath('go', `/nowhere:${directory}:`)).toBeUndefined();
  chmodSync(join(directory, 'go'), 0o755);
  expect(findOnPath('go', `/nowhere::${directory}`)).toBe(join(directory, 'go'));
});

describe('finding an engine', () => {
  const talk = { onProgress: () => undefined, signal: new AbortController().signal };

  test('without any way the one message names all four', async () => {
    const finding = findEngine(directory, '', talk);
    await expect(finding).rejects.toThrow(/no Go on the PATH.*TEMPORAL_ADDRESS.*copy the built binaries.*install Go.*"temporal" command line/);
  });

  test('a Go that cannot build is named, and the temporal command line serves instead', async () => {
    program('go', 'echo "go: cannot find module" >&2; exit 1');
    await expect(findEngine(join(directory, 'cache'), directory, talk)).rejects.toThrow('building it with Go failed: go: cannot find module');
    const command = program('temporal', 'exit 0');
    expect(await findEngine(join(directory, 'cache'), directory, talk)).toEqual({ kind: 'cli', command });
  });

  test('a data directory stays with the engine it was begun with', async () => {
    const cache = join(directory, 'cache');
    await expect(findEngine(cache, directory, talk, 'cli')).rejects.toThrow('no longer on the PATH');
    const command = program('temporal', 'exit 0');
    expect(await findEngine(cache, directory, talk, 'cli')).toEqual({ kind: 'cli', command });
    await expect(findEngine(cache, directory, talk, 'pinned')).rejects.toThrow('install Go 1.26.8 or newer so that they can be built here.');
  });

  test('what Go builds is used, and two processes that build at once build once', async () => {
    // go build -buildvcs=false -o <output> <package>
    program('go', `echo built >> ${directory}/builds; printf '#!/bin/sh\\necho version 1.32\\n' > "$4"; chmod +x "$4"`);
    const cache = join(directory, 'cache');
    const path = `${directory}:/usr/bin:/bin`;
    const [one, two] = await Promise.all([findEngine(cache, path, talk), findEngine(cache, path, talk)]);
    expect(one).toEqual(two);
    expect(one.kind).toBe('pinned');
    expect(readFileSync(join(directory, 'builds'), 'utf8').trim().split('\n')).toHaveLength(3);
  });
});
