import type { Pool } from 'pg';
import { usableDocuments } from '../store/document.store';
import { isUuid } from './case-id';
import { RefusedByRule } from './problem';

/**
 * Lets pass what names only clean documents of the case itself. A document of another case, and one that nobody uploaded, are
 * refused in the same words.
 *
 * @throws RefusedByRule DOCUMENT_NOT_USABLE with every id that cannot be used
 */
export async function mustBeUsable(pool: Pool, caseId: string, documentIds: readonly string[]): Promise<void> {
  if (documentIds.length === 0) return;
  const asked = documentIds.map((id) => id.toLowerCase());
  const usable = new Set(await usableDocuments(pool, caseId, asked.filter(isUuid)));
  const wrong = documentIds.filter((_, index) => !usable.has(asked[index] ?? ''));
  if (wrong.length > 0) throw new RefusedByRule([{ code: 'DOCUMENT_NOT_USABLE', documentIds: [...new Set(wrong)] }]);
}
