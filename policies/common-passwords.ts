import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The words that passwords are commonly made of, in small letters, each of at least four characters. */
export function loadCommonPasswords(): string[] {
  const lines = readFileSync(join(__dirname, 'common-passwords.txt'), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}
