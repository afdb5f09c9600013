import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { reasonOf, StartupError } from '../errors';
import { binaryDirectory, engineBinaries, ownCacheKey, unusablePrograms, type EngineBinaries } from './binary-cache';
import { buildPrograms, type BuildTalk } from './go-build';

/** Where the engine's program comes from: our pinned build, or the development server of a `temporal` CLI. */
export type EngineProgram = { kind: 'pinned'; binaries: EngineBinaries } | { kind: 'cli'; command: string };

/**
 * Finds a Temporal server to run: built earlier, built now with Go, or the `temporal` command line.
 *
 * @param kept which of the two a data directory was begun with: the cases in it are known to that one only
 * @throws StartupError naming all four ways when there is none, or when the kept one is gone
 */
export async function findEngine(cacheDir: string, path: string, talk: BuildTalk, kept?: EngineProgram['kind']): Promise<EngineProgram> {
  const command = findOnPath('temporal', path);
  if (kept === 'cli') {
    if (command !== undefined) return { kind: 'cli', command };
    throw new StartupError('The cases in DATA_DIR are known to the "temporal" command line they were begun with, and it is no longer on the PATH; put it back, or set DATA_DIR to another directory.');
  }
  const key = ownCacheKey();
  const directory = binaryDirectory(cacheDir, key);
  const whyNot = await buildIfNeeded(directory, path, talk);
  if (whyNot === undefined) return { kind: 'pinned', binaries: engineBinaries(directory, key) };
  if (kept === undefined && command !== undefined) {
    talk.onProgress(`The pinned Temporal server is not available (${whyNot}); the "temporal" command line is used instead`);
    return { kind: 'cli', command };
  }
  throw new StartupError(noEngine(directory, whyNot, kept));
}

/** Leaves the pinned programs in `directory`; answers what was in the way when that is not possible. */
async function buildIfNeeded(directory: string, path: string, talk: BuildTalk): Promise<string | undefined> {
  if ((await unusablePrograms(directory)).length === 0) return undefined;
  const go = findOnPath('go', path);
  if (go === undefined) return 'there is no Go on the PATH';
  try {
    await buildPrograms(go, directory, talk);
    return undefined;
  } catch (error) {
    talk.signal.throwIfAborted();
    return `building it with Go failed: ${reasonOf(error)}`;
  }
}

/** An executable file of this name on the PATH. */
export function findOnPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there, or not for us
  }
}

function noEngine(directory: string, whyNot: string, kept: EngineProgram['kind'] | undefined): string {
  const ways = [
    'set TEMPORAL_ADDRESS to an existing Temporal cluster',
    `copy the built binaries of this release into ${directory}`,
    'install Go 1.26.8 or newer so that they can be built here',
    // Not where the pinned server has run: the command line would not know its cases.
    ...(kept === undefined ? ['install the "temporal" command line'] : []),
  ];
  return `There is no Temporal server to run (${whyNot}); any one of these helps: ${ways.slice(0, -1).join(', ')}, or ${ways.at(-1) ?? ''}.`;
}
