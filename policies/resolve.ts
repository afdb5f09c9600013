import type { Policy } from '../domain/policy';
import { contradictionsIn } from './contradictions';
import { mistakesOf } from './mistakes';
import type { Mistake } from './mistakes';
import { partsOf, policySchema, profileSchema } from './profile-schema';
import type { ProfileHead } from './profile-schema';

/** A profile file as read: its name for messages, its content not yet checked. */
export interface ProfileSource {
  file: string;
  content: unknown;
}

/** A version of a profile with all it inherits. */
export interface ResolvedProfile {
  file: string;
  head: ProfileHead;
  policy: Policy;
}

interface ParsedProfile {
  file: string;
  head: ProfileHead;
  values: Record<string, unknown>;
}

/**
 * Checks profiles and fills each from what it inherits, leaf by leaf; arrays and cited values are replaced whole.
 *
 * The parent's version is the one in force when the child begins. A child may begin before any version of its parent (Wuxi's
 * notice is ten days older than the province's): then the parent's earliest counts, since inheriting says whose values fill the
 * gaps, not that the parent's document was in force already.
 * @returns what could be resolved, and every mistake found; the first counts only if there are none of the second
 * @see R-JS-56, R-BZ-09
 */
export function resolveProfiles(sources: readonly ProfileSource[]): { profiles: ResolvedProfile[]; mistakes: Mistake[] } {
  const mistakes: Mistake[] = [];
  const parsed = sources.flatMap(({ file, content }): ParsedProfile[] => {
    const result = profileSchema.safeParse(content);
    if (result.success) return [{ file, ...partsOf(result.data) }];
    mistakes.push(...mistakesOf(file, result.error));
    return [];
  });
  mistakes.push(...parsed.flatMap(headMistakes), ...amongVersions(parsed), ...amongAttachments(parsed));

  // A child of a file that could not be read says nothing of its own: its values are not known yet.
  const isUnreadable = (id: string) => sources.some(({ content }) => idOf(content) === id);
  const profiles = parsed.flatMap((profile): ResolvedProfile[] => {
    const chain = inheritanceChain(profile, parsed);
    if ('unknown' in chain) {
      if (!isUnreadable(chain.unknown))
        mistakes.push({ file: chain.file, path: 'inherits', message: `no profile ${chain.unknown}` });
      return [];
    }
    if ('loop' in chain) {
      mistakes.push({ file: profile.file, path: 'inherits', message: `inherits itself: ${chain.loop.join(' → ')}` });
      return [];
    }
    const merged = chain.profiles.reduceRight<Record<string, unknown>>((values, { values: own }) => mergeLeaves(values, own), {});
    const { id, version, effectiveFrom } = profile.head;
    const result = policySchema.safeParse({ id, version, effectiveFrom, ...merged });
    if (!result.success) {
      // Every leaf has been checked where it is written, so all that can be wrong here is that one is missing.
      const message = 'no value, neither here nor inherited';
      mistakes.push(...mistakesOf(profile.file, result.error).map((mistake) => ({ ...mistake, message })));
      return [];
    }
    return [{ file: profile.file, head: profile.head, policy: result.data }];
  });

  mistakes.push(...contradictions(profiles));
  return { profiles, mistakes: withoutRepeats(mistakes) };
}

function idOf(content: unknown): unknown {
  return typeof content === 'object' && content !== null && 'id' in content ? content.id : undefined;
}

function headMistakes({ file, head }: ParsedProfile): Mistake[] {
  return head.issuedOn !== head.effectiveFrom && head.effectiveFromNote === undefined
    ? [{ file, path: 'effectiveFromNote', message: 'say why the version does not count from its day of issue' }]
    : [];
}

/** Two versions of one profile that begin on the same day: no one could say which counts. */
function amongVersions(parsed: readonly ParsedProfile[]): Mistake[] {
  return parsed.flatMap(({ file, head }, index) =>
    parsed.slice(0, index).flatMap((other): Mistake[] => {
      if (other.head.id !== head.id) return [];
      const sameVersion = other.head.version === head.version;
      const sameStart = other.head.effectiveFrom === head.effectiveFrom;
      return [
        ...(sameVersion
          ? [{ file, path: 'version', message: `version ${head.version} of ${head.id} is also in ${other.file}` }]
          : []),
        ...(sameStart ? [{ file, path: 'effectiveFrom', message: `${other.file} is in force from the same day` }] : []),
      ];
    }),
  );
}

/** One organisation, one profile; and a profile stays where it is from version to version. */
function amongAttachments(parsed: readonly ParsedProfile[]): Mistake[] {
  return parsed.flatMap(({ file, head }, index) =>
    parsed.slice(0, index).flatMap((other): Mistake[] => {
      if (other.head.id === head.id) {
        const [here, there] = [head, other.head].map(({ organisations }) => [...organisations].sort().join());
        return here === there ? [] : [{ file, path: 'organisations', message: `other organisations than in ${other.file}` }];
      }
      return head.organisations
        .filter((orgId) => other.head.organisations.includes(orgId))
        .map((orgId) => ({
          file,
          path: 'organisations',
          message: `${orgId} has the profile ${other.head.id} already (${other.file})`,
        }));
    }),
  );
}

type Chain = { profiles: ParsedProfile[] } | { unknown: string; file: string } | { loop: string[] };

/** The profile, its parent, its parent's parent and so on. */
function inheritanceChain(profile: ParsedProfile, all: readonly ParsedProfile[]): Chain {
  const profiles = [profile];
  for (let child = profile; child.head.inherits !== undefined;) {
    const parentId = child.head.inherits;
    const ids = profiles.map(({ head }) => head.id);
    if (ids.includes(parentId)) return { loop: [...ids, parentId] };
    const parent = versionInForce(
      all.filter(({ head }) => head.id === parentId),
      child.head.effectiveFrom,
    );
    if (!parent) return { unknown: parentId, file: child.file };
    profiles.push(parent);
    child = parent;
  }
  return { profiles };
}

function versionInForce(versions: readonly ParsedProfile[], date: string): ParsedProfile | undefined {
  const byStart = [...versions].sort((a, b) => (a.head.effectiveFrom < b.head.effectiveFrom ? -1 : 1));
  return byStart.findLast(({ head }) => head.effectiveFrom <= date) ?? byStart[0];
}

function mergeLeaves(below: Record<string, unknown>, above: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const inherited = merged[key];
    merged[key] = isBranch(value) && isBranch(inherited) ? mergeLeaves(inherited, value) : value;
  }
  return merged;
}

/** A section, as opposed to a cited value or a list: those are replaced whole, or a value would keep its parent's citation. */
function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('value' in value);
}

function contradictions(profiles: readonly ResolvedProfile[]): Mistake[] {
  return profiles.flatMap(({ file, head, policy }) => {
    const parents = profiles.filter((other) => other.head.id === head.inherits);
    const inherited = parents.flatMap((parent) => contradictionsIn(parent.policy));
    return contradictionsIn(policy)
      .filter(({ path, message }) => !inherited.some((other) => other.path === path && other.message === message))
      .map((contradiction) => ({ file, ...contradiction }));
  });
}

function withoutRepeats(mistakes: readonly Mistake[]): Mistake[] {
  const seen = new Set<string>();
  return mistakes.filter((mistake) => {
    const key = JSON.stringify(mistake);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
