import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isPlainDate, type PlainDate } from '../domain/calendar-date';
import { CONSENT_PURPOSES } from '../domain/consent';
import { mistakesOf, PolicyMistakes, type Mistake } from './mistakes';
import rules from './rules.json';

const DIRECTORY = join(__dirname, 'consent-texts');
const RULE_IDS: ReadonlySet<string> = new Set(rules.map((rule) => rule.id));

const textSchema = z.strictObject({
  id: z.string().regex(/^[a-z][A-Za-z]*$/),
  version: z.int().min(1),
  from: z.string().refine(isPlainDate, 'not a calendar date'),
  rule: z.string().refine((id) => RULE_IDS.has(id), 'no such rule'),
  validityMonths: z.int().min(1),
  title: z.string().trim().min(1),
  commitment: z.string().trim().min(1),
  purposes: z.array(z.strictObject({ id: z.enum(CONSENT_PURPOSES), clause: z.string().trim().min(1) })).min(1),
  closing: z.array(z.string().trim().min(1)).min(1),
});

/** A text that people sign, in one published version. */
export interface ConsentText extends z.infer<typeof textSchema> {
  /** The wording as it is read, paragraph by paragraph. */
  wording: string;
  /** Of the wording, hexadecimal: what was signed is known by it. */
  sha256: string;
}

/**
 * Reads and checks the texts that people sign. A published version is never edited: whoever signed it has signed that wording.
 *
 * @returns by version, the oldest first
 * @throws PolicyMistakes with all mistakes of all files
 */
export function loadConsentTexts(directory: string = DIRECTORY): ConsentText[] {
  const mistakes: Mistake[] = [];
  const texts = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .flatMap((file): ConsentText[] => {
      const parsed = textSchema.safeParse(JSON.parse(readFileSync(join(directory, file), 'utf8')));
      if (parsed.success) return [withWording(parsed.data)];
      mistakes.push(...mistakesOf(file, parsed.error));
      return [];
    })
    .sort((a, b) => a.version - b.version);
  texts.forEach(({ version, from, id }, index) => {
    const before = texts[index - 1];
    if (before && (before.version === version || before.from >= from || before.id !== id)) mistakes.push({ file: directory, path: `${id}.v${version}`, message: 'does not follow the version before it' });
  });
  if (texts.length === 0) mistakes.push({ file: directory, path: '', message: 'no text (*.json) here' });
  if (mistakes.length > 0) throw new PolicyMistakes(mistakes);
  return texts;
}

/** The text that was in use on a day; undefined before the first one. */
export function consentTextOn(texts: readonly ConsentText[], date: PlainDate): ConsentText | undefined {
  return texts.findLast(({ from }) => from <= date);
}

function withWording(text: z.infer<typeof textSchema>): ConsentText {
  const paragraphs = [text.title, text.commitment, ...text.purposes.map(({ clause }) => clause), ...text.closing];
  const wording = paragraphs.join('\n');
  return { ...text, wording, sha256: createHash('sha256').update(wording).digest('hex') };
}
