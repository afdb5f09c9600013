import { readsWords, seesClear, shown, type PersonalField, type Viewer } from './field-masks';
import { HIDDEN } from './masks';
import type { PersonalData } from './personal-data';

/** A run of digits, half or full width, as long as a telephone number or longer: somebody's number, whoever wrote it. */
const LONG_NUMBER = /[0-9０-９]{8,}[XxＸｘ]?/gu;
/** Written in groups (6222 0200 …, 0510-82701234): each of three digits or more, so that dates stay. */
const GROUPED_NUMBER = /[0-9０-９]{3,}(?:[ \-－—·　][0-9０-９]{3,})+[XxＸｘ]?/gu;
/** Together at least as long as a telephone number with its area code. */
const GROUPED_DIGITS_MIN = 11;

/** Too short to be told from any other word: hiding it everywhere would blacken the text and hide nothing. */
const TELLING_LENGTH_MIN = 2;

/**
 * A text that people wrote, as somebody may read it: nobody reads numbers of persons, addresses and diagnoses in it, who does
 * not see names reads them masked, and who has no business with the words at all reads that there are some.
 *
 * What is known of the household is found wherever it stands, and every long number besides. A name that is on no form is
 * not recognised.
 */
export function maskText(text: string, personal: PersonalData, viewer: Viewer): string {
  if (text === '') return '';
  return readsWords(viewer) ? withoutPersons(text, personal, viewer) : HIDDEN;
}

/** A text of the service's own, such as what a worker was told: for everybody, without what this viewer does not see. */
export function withoutPersons(text: string, personal: PersonalData, viewer: Viewer): string {
  return withoutNumbers(withoutKnown(text, personal, viewer));
}

/** A text without anything of what a public notice never shows. */
export function publicText(text: string, personal: PersonalData): string {
  const viewer: Viewer = { roles: [], state: 'notice1' };
  const secret = knownOf(personal).filter(({ field }) => !PUBLIC_NAMES.has(field));
  return withoutNumbers(replaceAll(text, secret, viewer));
}

/** Named in a public notice themselves. */
const PUBLIC_NAMES: ReadonlySet<PersonalField> = new Set(['applicant.name', 'employer.name', 'bankAccount.holderName', 'bankAccount.bankName', 'contactPerson', 'member.name']);

interface Known {
  field: PersonalField;
  value: string;
}

/**
 * The household's own values, and those of whoever was in it: opinions of that time name them. An employer and a bank are no secret in a
 * sentence that speaks of them.
 */
function knownOf({ applicant, residence, members, former = [], bankAccount, contactPerson }: PersonalData): Known[] {
  const known: { field: PersonalField; value: string | null | undefined }[] = [
    { field: 'applicant.idNumber', value: applicant.idNumber },
    { field: 'applicant.phone', value: applicant.phone },
    { field: 'bankAccount.cardNumber', value: bankAccount?.cardNumber },
    { field: 'residence.address', value: residence.address },
    { field: 'applicant.name', value: applicant.name },
    { field: 'bankAccount.holderName', value: bankAccount?.holderName },
    { field: 'contactPerson', value: contactPerson },
    ...members.flatMap(({ name, idNumber, health }): { field: PersonalField; value: string | undefined }[] => [
      { field: 'member.idNumber', value: idNumber },
      { field: 'member.health', value: health },
      { field: 'member.name', value: name },
    ]),
    ...former.flatMap(({ name, idNumber }): { field: PersonalField; value: string | undefined }[] => [
      { field: 'member.idNumber', value: idNumber },
      { field: 'member.name', value: name },
    ]),
  ];
  return known.filter((one): one is Known => typeof one.value === 'string' && Array.from(one.value).length >= TELLING_LENGTH_MIN);
}

function withoutKnown(text: string, personal: PersonalData, viewer: Viewer): string {
  const known = knownOf(personal);
  // The applicant and the holder of the account are one person: who reads the name in one place reads it in all.
  const clear = new Set(known.filter(({ field }) => seesClear(field, viewer)).map(({ value }) => value));
  return replaceAll(
    text,
    known.filter(({ value }) => !clear.has(value)),
    viewer,
  );
}

/** The longest first: an address may hold a name. */
function replaceAll(text: string, known: readonly Known[], viewer: Viewer): string {
  return [...known].sort((a, b) => b.value.length - a.value.length).reduce((masked, { field, value }) => masked.replaceAll(value, () => shown(field, value, viewer)), text);
}

function withoutNumbers(text: string, kept: ReadonlySet<string> = new Set()): string {
  const shownIn = (run: string) => (kept.has(plainDigits(run)) ? run : HIDDEN);
  return text
    .replace(GROUPED_NUMBER, (run) => (run.replaceAll(/[^0-9０-９]/gu, '').length >= GROUPED_DIGITS_MIN ? shownIn(run) : run))
    .replace(LONG_NUMBER, shownIn);
}

function plainDigits(run: string): string {
  return run.normalize('NFKC').toUpperCase().replaceAll(/[^0-9X]/gu, '');
}

/** Numbers and names of one person, and names of others that a text may hold. */
export interface ToldApart {
  own: readonly string[];
  others: readonly string[];
}

/**
 * A text as the person whom it is about may be given it: without what is known of others, and without any long number that is not the
 * person's own. A name that is on no form is not recognised.
 */
export function withoutOthers(text: string, { own, others }: ToldApart): string {
  const isTelling = (value: string) => Array.from(value).length >= TELLING_LENGTH_MIN && !own.includes(value);
  const hidden = [...new Set(others)].filter(isTelling).sort((a, b) => b.length - a.length);
  const without = hidden.reduce((masked, value) => masked.replaceAll(value, HIDDEN), text);
  return withoutNumbers(without, new Set(own.map(plainDigits).filter((digits) => digits !== '')));
}
