/** The unions that a case names: who takes it in, who reviews it, who owns its file. */
export const CASE_UNIONS = ['grassroots', 'reviewer', 'owner'] as const;
export type CaseUnion = (typeof CASE_UNIONS)[number];

/**
 * How somebody's union stands to a case: `reviewer` is the reviewing union itself, `above.reviewer` one that it hangs under.
 * A sibling union and a foreign one stand in no relation at all: for their people the case does not exist (ADR 013).
 */
export type UnionRelation = CaseUnion | `above.${CaseUnion}`;
/** `own`: it is the applicant's own case, by telephone number and ID number. Unions stand in it to none. */
export type Relation = UnionRelation | 'own';

/** The union itself, and those above it. */
export const GRASSROOTS = ['grassroots', 'above.grassroots'] as const satisfies readonly Relation[];
export const REVIEWER = ['reviewer', 'above.reviewer'] as const satisfies readonly Relation[];
export const OWNER = ['owner', 'above.owner'] as const satisfies readonly Relation[];
/** The whole subtree: every case of which a union is the own one or lies below it (ADR 012). */
export const SUBTREE = [...GRASSROOTS, ...REVIEWER, ...OWNER] as const satisfies readonly Relation[];

export const OWN = ['own'] as const satisfies readonly Relation[];

/** The places in the tree (ids from the root down, each followed by `/`) of a case's unions; null where it has none yet. */
export type CasePlaces = Readonly<Record<CaseUnion, string | null>>;

/** All relations in which the union at `orgPath` stands to a case. */
export function relationsTo(places: CasePlaces, orgPath: string): UnionRelation[] {
  return CASE_UNIONS.flatMap((union): UnionRelation[] => {
    const path = places[union];
    if (path === null || orgPath === '') return [];
    if (path === orgPath) return [union];
    return path.startsWith(orgPath) ? [`above.${union}`] : [];
  });
}

/** How the union that keeps a case's papers stands to it: whose file it is, else who reviews it, else the one right above the grassroots union. */
export function unionInCharge({ owner, reviewer }: CasePlaces): UnionRelation {
  if (owner !== null) return 'owner';
  return reviewer === null ? 'above.grassroots' : 'reviewer';
}

/** Which cases somebody reaches: by which of a case's unions, and whether that must be the own one or may lie below it. */
export interface Reach {
  /** Place of the own union in the tree. */
  orgPath: string;
  unions: readonly { union: CaseUnion; itself: boolean; below: boolean }[];
  /** Instead of any union: the own cases of the applicant of this index (hex). */
  applicant?: string;
}

/** The cases to which a union stands in one of these relations; or the own ones of an applicant, who has no union. */
export function reachOf(orgPath: string, relations: Iterable<Relation>, applicant?: string): Reach {
  const among = new Set(relations);
  const unions = CASE_UNIONS.map((union) => ({ union, itself: among.has(union), below: among.has(`above.${union}`) }));
  const own = applicant !== undefined && among.has('own') ? { applicant } : {};
  return { orgPath, unions: applicant === undefined ? unions.filter(({ itself, below }) => itself || below) : [], ...own };
}
