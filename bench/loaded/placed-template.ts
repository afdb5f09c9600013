import type { TemplateCase } from './template-cases';

/** A grassroots union and the unions above it. */
export interface Place {
  grassrootsOrgId: string;
  countyOrgId: string;
  cityOrgId: string;
  provinceOrgId: string;
  regionCode: string;
}

/** Stands in a template for what is different in every copy: the last 12 digits of each id, and the 6 digits of the case's number. */
export const ID_TOKEN = '############';
export const NUMBER_TOKEN = '@@@@@@';

const UUID = /\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-)[0-9a-f]{12}\b/g;

/**
 * A row of a template as a case of another place would have it, with tokens where each copy differs.
 *
 * The first 20 digits of an id stay, so ids that were different stay different and ids that were the same stay the same.
 */
export function placed(json: string, { number }: Pick<TemplateCase, 'number'>, from: Place, to: Place): string {
  const digits = number.slice(-NUMBER_TOKEN.length);
  const withTokens = json
    .replaceAll(number, `${to.countyOrgId.toUpperCase()}${number.slice(from.countyOrgId.length, -digits.length)}${NUMBER_TOKEN}`)
    .replace(UUID, `$1${ID_TOKEN}`);
  const ids: [string, string][] = [
    [from.grassrootsOrgId, to.grassrootsOrgId],
    [from.countyOrgId, to.countyOrgId],
    [from.cityOrgId, to.cityOrgId],
    [from.provinceOrgId, to.provinceOrgId],
    [from.regionCode, to.regionCode],
  ];
  const target = new Map(ids);
  // As a whole value, or as the organisation of a user name: the city's short id is also the beginning of other words.
  const names = ids.map(([id]) => id).join('|');
  return withTokens.replace(new RegExp(`"(${names})(?=["./])`, 'g'), (match, id: string) => `"${target.get(id) ?? id}`);
}
