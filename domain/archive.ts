import type { CaseRecord } from './case-record';

/** 归档材料: the six papers of a county's archive (附件1 III, R-BZ-A9…A14). */
export const ARCHIVE_ITEMS = ['applicantMaterials', 'hardshipFileForm', 'visitForm', 'noticeProof', 'comparisonReport', 'liftOutForm'] as const;
export type ArchiveItem = (typeof ARCHIVE_ITEMS)[number];

/** `onPaper`: it belongs to the time before the file was imported, and is kept where the file was. */
export type ArchiveState = 'present' | 'missing' | 'notRequired' | 'onPaper';

export interface Archive {
  complete: boolean;
  items: { item: ArchiveItem; rule: string; state: ArchiveState }[];
}

/** Which papers of the archive a file has. Looked at before the file leaves; a missing paper is shown and keeps nobody in. */
export function archiveOf(record: CaseRecord): Archive {
  const items = ARCHIVE_ITEMS.map((item, index) => ({ item, rule: `R-BZ-A${9 + index}`, state: stateOf(item, record) }));
  return { complete: items.every(({ state }) => state !== 'missing'), items };
}

function stateOf(item: ArchiveItem, record: CaseRecord): ArchiveState {
  if (isPresent(item, record)) return 'present';
  if (item === 'comparisonReport' && record.standing && !record.standing.comparison.required) return 'notRequired';
  if (item === 'liftOutForm') return record.exit?.kind === 'liftOut' ? 'missing' : 'notRequired';
  return record.channel === null ? 'onPaper' : 'missing';
}

function isPresent(item: ArchiveItem, record: CaseRecord): boolean {
  switch (item) {
    case 'applicantMaterials':
      return record.materials.length > 0;
    case 'hardshipFileForm':
      return record.hardshipFile !== null;
    case 'visitForm':
      return record.visitedOn !== null || record.fileUpdates.some((update) => update.visit);
    case 'noticeProof':
      return record.notices.some((notice) => notice.kind !== 'exit' && notice.outcome === 'noObjection');
    case 'comparisonReport':
      return record.comparison !== null;
    case 'liftOutForm':
      return record.exit?.kind === 'liftOut' && record.exit.effectiveOn !== null;
  }
}
