/** Why a password is not taken. */
export const PASSWORD_FAULTS = ['TOO_SHORT', 'TOO_LONG', 'COMMON', 'NAMES_THE_ACCOUNT', 'PATTERN', 'SAME_AS_BEFORE'] as const;
export type PasswordFault = (typeof PASSWORD_FAULTS)[number];

export const PASSWORD_LENGTH = { min: 12, max: 128 };

/** Left over besides common words or names, fewer characters than this are soon tried out. */
const OWN_CHARACTERS_MIN = 9;
/** A name shorter than this stands in too many words to mean anything. */
const NAME_LENGTH_MIN = 4;
const REPEATED_UNIT_MAX = 6;
const ROWS = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertyuiopasdfghjklzxcvbnm', '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p'];
const LEET: Record<string, string> = { '0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };

/**
 * What is wrong with a password that somebody chooses (ASVS 5.0, V6.2): too short or too long, made of what everybody tries
 * first, or of the account's own names. Nothing is asked of its composition.
 *
 * @param common words in small letters
 * @param names of the account: user name, organisation
 */
export function passwordFaults(password: string, { common, names }: { common: readonly string[]; names: readonly string[] }): PasswordFault[] {
  const length = Array.from(password).length;
  const faults: PasswordFault[] = [];
  if (length < PASSWORD_LENGTH.min) faults.push('TOO_SHORT');
  if (length > PASSWORD_LENGTH.max) return [...faults, 'TOO_LONG'];
  const plain = password.normalize('NFKC').toLowerCase();
  if (isLittleBut(plain, common)) faults.push('COMMON');
  if (isLittleBut(plain, partsOf(names))) faults.push('NAMES_THE_ACCOUNT');
  if (isPattern(plain)) faults.push('PATTERN');
  return faults;
}

/** Whether hardly anything is left of a text, read as it is or with figures for letters, once the words are taken out of it. */
function isLittleBut(text: string, words: readonly string[]): boolean {
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  return [text, unleeted(text)].some((reading) => {
    const rest = longestFirst.reduce((left, word) => left.replaceAll(word, ' '), reading);
    return rest !== reading && rest.replaceAll(/[\s\p{P}\p{S}]/gu, '').length < OWN_CHARACTERS_MIN;
  });
}

function partsOf(names: readonly string[]): string[] {
  const whole = names.map((name) => name.normalize('NFKC').toLowerCase());
  return [...new Set([...whole, ...whole.flatMap((name) => name.split(/[\s._-]+/))])].filter((name) => name.length >= NAME_LENGTH_MIN);
}

function unleeted(text: string): string {
  return Array.from(text, (character) => LEET[character] ?? character).join('');
}

/** One short piece again and again, or a walk along the alphabet, the figures or the keyboard. */
function isPattern(text: string): boolean {
  for (let unit = 1; unit <= REPEATED_UNIT_MAX; unit++) {
    const repeated = text.slice(0, unit).repeat(Math.ceil(text.length / unit)).slice(0, text.length);
    if (repeated === text && text.length > unit * 1.5) return true;
  }
  const backwards = Array.from(text).reverse().join('');
  return ROWS.some((row) => {
    const walk = row.repeat(Math.ceil(text.length / row.length) + 1);
    return walk.includes(text) || walk.includes(backwards);
  });
}
