import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../domain/policy';
import { PolicyMistakes } from './mistakes';
import type { Mistake } from './mistakes';
import type { ProfileHead } from './profile-schema';
import { resolveProfiles } from './resolve';
import type { ProfileSource } from './resolve';

/** Where in the union tree a profile counts: at the organisation and below it, until a nearer one takes over. */
export interface Attachment {
  orgId: string;
  profileId: string;
}

export interface LoadedPolicies {
  /** Every version of every profile, with all it inherits. */
  policies: Policy[];
  /** The documents behind them, in the same order. */
  heads: ProfileHead[];
  attachments: Attachment[];
}

const PROFILES_DIR = join(__dirname, 'profiles');

/**
 * Reads and checks all profiles (`*.json`) of a folder.
 *
 * @throws PolicyMistakes with all mistakes of all files: a service must not start on half of its rules
 */
export function loadPolicies(dir: string = PROFILES_DIR): LoadedPolicies {
  const files = existsSync(dir)
    ? readdirSync(dir)
        .filter((name) => name.endsWith('.json'))
        .sort()
    : [];
  const mistakes: Mistake[] = files.length === 0 ? [{ file: dir, path: '', message: 'no profile (*.json) here' }] : [];
  const sources = files.flatMap((file): ProfileSource[] => {
    try {
      return [{ file, content: JSON.parse(readFileSync(join(dir, file), 'utf8')) as unknown }];
    } catch (error) {
      mistakes.push({ file, path: '', message: error instanceof Error ? error.message : String(error) });
      return [];
    }
  });

  const resolved = resolveProfiles(sources);
  mistakes.push(...resolved.mistakes);
  if (mistakes.length > 0) throw new PolicyMistakes(mistakes);

  const attachments = resolved.profiles.flatMap(({ head }) => head.organisations.map((orgId) => ({ orgId, profileId: head.id })));
  const isFirst = ({ orgId }: Attachment, index: number) => attachments.findIndex((other) => other.orgId === orgId) === index;
  return {
    policies: resolved.profiles.map(({ policy }) => policy),
    heads: resolved.profiles.map(({ head }) => head),
    attachments: attachments.filter(isFirst), // once per profile, not per version
  };
}

/**
 * The versions that can count for an organisation; `policyOn` gives the one in force on a date.
 *
 * The nearest profile up the tree counts from its first day on, whatever a farther one issues later: the province's opinion of
 * 13 November 2023 does not replace Wuxi's notice of 3 November. So of a farther profile only the versions that begin before any
 * nearer one are kept; among what is left, the latest that has begun is the right one on every date.
 * @param orgPath ids from the organisation up to the root, itself first
 * @returns the nearest profile's versions first; empty where no profile is attached on the path
 * @see R-JS-56, R-BZ-09
 */
export function policiesForOrg(orgPath: readonly string[], loaded: LoadedPolicies): Policy[] {
  const chosen: Policy[] = [];
  for (const orgId of orgPath) {
    const profileId = loaded.attachments.find((attachment) => attachment.orgId === orgId)?.profileId;
    const nearerStarts = chosen.map(({ effectiveFrom }) => effectiveFrom);
    chosen.push(
      ...loaded.policies
        .filter((policy) => policy.id === profileId && nearerStarts.every((start) => policy.effectiveFrom < start))
        .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1)),
    );
  }
  return chosen;
}
