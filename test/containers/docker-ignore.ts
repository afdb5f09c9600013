import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './compose-file';

/**
 * What .dockerignore lets into the build: names at the top of the project. It refuses everything and then makes exceptions, so that
 * this is all it can say.
 * @throws Error when it holds a line of another form
 */
export function namesInImage(text = readFileSync(join(PROJECT, '.dockerignore'), 'utf8')): Set<string> {
  const [first, ...others] = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (first !== '*') throw new Error('.dockerignore must refuse everything first');
  return new Set(
    others.map((line) => {
      const [, name] = /^!([A-Za-z0-9._-]+)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`.dockerignore holds "${line}", but only !name is understood`);
      return name;
    }),
  );
}

/** Whether a path from the project's root gets into the build. */
export function isInImage(path: string, names = namesInImage()): boolean {
  const [top = ''] = path.split('/');
  return names.has(top);
}
