import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../containers/compose-file';
import { isInImage, namesInImage } from '../../containers/docker-ignore';
import { dockerfileMistakes, readDockerfile, stagesOf } from '../../containers/dockerfile';
import { importClosure } from '../../containers/import-closure';

const dockerfile = readDockerfile();

test('the Dockerfile has no mistake', () => {
  expect(dockerfileMistakes(dockerfile)).toEqual([]);
  expect(stagesOf(dockerfile)).toEqual(['packages', 'service']);
});

test.each<[string, (text: string) => string, string]>([
  ['a floating base', (text) => text.replaceAll(/node:\S+/g, 'node:24-slim'), 'node:24-slim is not pinned to a version'],
  ['stages of different versions', (text) => text.replace(/node:\S+/, 'node:22.23.2-trixie-slim'), 'the stages build on different images'],
  ['a root user by omission', (text) => text.replace('USER node\n', ''), 'the image runs as root'],
  ['a root user of an earlier stage', (text) => text.replace('USER node\n', '').replace('RUN npm', 'USER node\nRUN npm'), 'the image runs as root'],
  ['a return to root', (text) => `${text}\nUSER 0:0\n`, 'the image runs as root'],
  ['a secret in ENV', (text) => text.replace('ENV NODE_ENV', 'ENV DATABASE_URL=postgresql://u:p@h/d NODE_ENV'), 'DATABASE_URL would put a secret into the image'],
  ['a secret in ARG', (text) => text.replace('USER node', 'ARG NPM_TOKEN\nUSER node'), 'NPM_TOKEN would put a secret into the image'],
  ['a source that is not there', (text) => text.replace('COPY . .', 'COPY appi ./api'), 'COPY takes appi, which is not there'],
  ['a source that .dockerignore keeps out', (text) => text.replace('COPY . .', 'COPY docs ./docs'), 'COPY takes docs, which .dockerignore keeps out'],
  ['packages of development', (text) => text.replace(' --omit=dev', ''), 'packages must come by'],
  ['packages that are not locked', (text) => text.replace('npm ci', 'npm install'), 'packages must come by'],
])('%s is found', (_, spoil, mistake) => {
  expect(spoil(dockerfile)).not.toBe(dockerfile);
  expect(dockerfileMistakes(spoil(dockerfile))).toContainEqual(expect.stringContaining(mistake));
});

test('its Node is one that the package supports', () => {
  const { engines } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { engines: { node: string } };
  const major = Number(/node:(\d+)/.exec(dockerfile)?.[1]);
  expect(major).toBeGreaterThanOrEqual(Number(/>=(\d+)/.exec(engines.node)?.[1]));
  expect(major % 2).toBe(0); // the even ones are supported for long
});

test('what the processes import is followed to the last file', () => {
  const files = [...importClosure('worker/main.ts').keys()];
  expect(files).toEqual(expect.arrayContaining(['worker/case-worker.ts', 'workflows/case/case.ts', 'workflows/case/phases/intake.ts', 'domain/money.ts', 'infra/environment.ts']));
  expect(files.filter((file) => !isInImage(file))).toEqual([]);
});

test('a .dockerignore that does not refuse everything first, or says more than names, is not understood', () => {
  expect(() => namesInImage('!api\n')).toThrow('refuse everything first');
  expect(() => namesInImage('*\n!api\napi/**/*.md\n')).toThrow('"api/**/*.md"');
  expect(isInImage('domain/money.ts', namesInImage('*\n!api\n'))).toBe(false);
});
