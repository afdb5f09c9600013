import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { PROJECT } from './compose-file';
import { isInImage } from './docker-ignore';

/** An exact version: a floating one is another image tomorrow. */
export const PINNED = /:v?\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?$/;
const SECRET_NAME = /PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL/i;

export function readDockerfile(): string {
  return readFileSync(join(PROJECT, 'Dockerfile'), 'utf8');
}

/** Names of the build stages. */
export function stagesOf(text: string): string[] {
  return DockerfileParser.parse(text).getFROMs().flatMap((from) => from.getBuildStage() ?? []);
}

/** What is wrong with the Dockerfile, one sentence each. */
export function dockerfileMistakes(text: string): string[] {
  const dockerfile = DockerfileParser.parse(text);
  const images = dockerfile.getFROMs().map((from) => from.getImage() ?? '');
  const variables = [...dockerfile.getARGs().map((arg) => arg.getProperty()?.getName()), ...dockerfile.getENVs().flatMap((env) => env.getProperties().map((property) => property.getName()))];
  return [
    ...images.filter((image) => !PINNED.test(image)).map((image) => `${image} is not pinned to a version`),
    ...(new Set(images).size === 1 ? [] : ['the stages build on different images']),
    ...variables.filter((name) => name !== undefined && SECRET_NAME.test(name)).map((name) => `${name ?? ''} would put a secret into the image`),
    ...dockerfile.getCOPYs().flatMap((copy) => (copy.getFromFlag() ? [] : sourcesOf(copy).flatMap(sourceMistakes))),
    ...userMistakes(dockerfile.getInstructions()),
    ...installMistakes(dockerfile.getInstructions()),
  ];
}

function sourcesOf(copy: Instruction): string[] {
  return copy.getArguments().map((argument) => argument.getValue()).filter((value) => !value.startsWith('--')).slice(0, -1);
}

function sourceMistakes(source: string): string[] {
  if (source === '.') return [];
  if (!existsSync(join(PROJECT, source))) return [`COPY takes ${source}, which is not there`];
  return isInImage(source) ? [] : [`COPY takes ${source}, which .dockerignore keeps out`];
}

// A later USER wins, and every FROM begins as root again.
function userMistakes(instructions: Instruction[]): string[] {
  const keywords = instructions.map((instruction) => instruction.getKeyword());
  const lastStage = instructions.slice(keywords.lastIndexOf('FROM'));
  const user = lastStage.findLast((instruction) => instruction.getKeyword() === 'USER')?.getArgumentsContent() ?? 'root';
  return /^(root|0)(:|$)/.test(user) ? ['the image runs as root'] : [];
}

function installMistakes(instructions: Instruction[]): string[] {
  const commands = instructions.filter((instruction) => instruction.getKeyword() === 'RUN').map((instruction) => instruction.getArgumentsContent() ?? '');
  const installs = commands.flatMap((command) => command.match(/npm (ci|install|i)\b[^&]*/g) ?? []);
  const isGood = (install: string) => install.startsWith('npm ci') && install.includes('--omit=dev') && install.includes('--ignore-scripts');
  return installs.length > 0 && installs.every(isGood) ? [] : ['packages must come by "npm ci --omit=dev --ignore-scripts"'];
}
