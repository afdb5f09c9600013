import type { Pool, PoolClient } from 'pg';
import {
  listAnsweredVersions,
  listAuditHeads,
  listAuditLinks,
  listEventLinks,
  type ChainLink,
  type ChainRange,
  type LinkPlace,
} from '../../store/chain-walk.store';
import type { Db } from '../../store/db';
import { bucketOf, DAYS } from './buckets';
import { CertificateCheck } from './certificate-check';
import { ChainCheck, type KnownEnd } from './chain-check';
import type { Faults } from './faults';
import type { Mention } from './mention-spool';

/** Links that are in memory at a time, and those that are looked through when something is wrong. */
const LINKS_PER_PAGE = 2_000;
const BEHIND_MAX = 1_000;

/** How chains of one kind are read. */
interface Source {
  links: (db: Db, range: ChainRange, after: LinkPlace | undefined, limit: number) => Promise<ChainLink[]>;
  ends: (db: Db, range: ChainRange) => Promise<Map<string, KnownEnd[]>>;
}

const EVENTS: Source = {
  links: listEventLinks,
  ends: async (db, range) => new Map((await listAnsweredVersions(db, range)).map(({ chain, seq }) => [chain, [{ seq, by: 'the answer to a command' }]])),
};
const AUDIT: Source = {
  links: listAuditLinks,
  ends: async (db, range) => new Map((await listAuditHeads(db, range)).map(({ chain, seq, hash }) => [chain, [{ seq, hash, by: 'its own end' }]])),
};

/** Who appends to a chain of the audit writes its end in the same transaction: there is no entry without one. */
const END_GONE: KnownEnd = { seq: 0, hash: '', by: 'its own end' };

export interface PassedChains {
  chains: number;
  entries: number;
}

/**
 * Verifies the chains of a bucket, as they are at one moment.
 *
 * @param mentions what checkpoints say of them
 * @param only these chains alone; undefined: all
 */
export async function passChains(pool: Pool, bucket: string, mentions: ReadonlyMap<string, readonly Mention[]>, faults: Faults, only?: ReadonlySet<string>): Promise<PassedChains> {
  const db = await pool.connect();
  let isOver = false;
  try {
    // What is appended meanwhile is not looked at, so no end seems to be behind another.
    await db.query('begin isolation level repeatable read read only');
    const passed = { chains: 0, entries: 0 };
    for (const [source, range] of rangesOf(bucket, only)) {
      const those = await passSource(db, source, range, { mentions, faults, isEvents: source === EVENTS });
      passed.chains += those.chains;
      passed.entries += those.entries;
    }
    await db.query('commit');
    isOver = true;
    return passed;
  } finally {
    db.release(!isOver);
  }
}

function rangesOf(bucket: string, only: ReadonlySet<string> | undefined): [Source, ChainRange][] {
  if (only) {
    const chains = [...only].filter((chain) => bucketOf(chain) === bucket);
    const events = chains.filter((chain) => chain.startsWith('event:'));
    const others = chains.filter((chain) => !chain.startsWith('event:'));
    return [...(events.length > 0 ? [[EVENTS, { chains: events }] as [Source, ChainRange]] : []), ...(others.length > 0 ? [[AUDIT, { chains: others }] as [Source, ChainRange]] : [])];
  }
  // ";" comes right after ":".
  if (bucket === DAYS) {
    return [
      [AUDIT, { from: '', to: 'case:' }],
      [AUDIT, { from: 'case;', to: '\u{10ffff}' }],
    ];
  }
  return [
    [EVENTS, { from: `event:${bucket}000000-0000-0000-0000-000000000000`, to: `event:${bucket}ffffff-ffff-ffff-ffff-ffffffffffff` }],
    [AUDIT, { from: `case:${bucket}`, to: `case:${bucket}~` }],
  ];
}

interface Knowledge {
  mentions: ReadonlyMap<string, readonly Mention[]>;
  faults: Faults;
  isEvents: boolean;
}

async function passSource(db: PoolClient, source: Source, range: ChainRange, { mentions, faults, isEvents }: Knowledge): Promise<PassedChains> {
  const ends = await source.ends(db, range);
  const named = 'chains' in range ? new Set(range.chains) : undefined;
  const isInRange = (chain: string) => chain.startsWith('event:') === isEvents && (named ? named.has(chain) : isEvents || isBetween(chain, range));
  const awaited = new Set([...[...mentions.keys()].filter(isInRange), ...[...ends].flatMap(([chain, known]) => (known.some(({ seq }) => seq > 0) ? [chain] : []))]);
  const behind = (link: ChainLink) => source.links(db, { chains: [link.chain] }, link, BEHIND_MAX);
  const passed = { chains: 0, entries: 0 };
  const certificates = new CertificateCheck();
  let check: ChainCheck | undefined;
  const finish = () => {
    const fault = check?.finish();
    if (fault) faults.add(fault);
  };
  for (let page = await source.links(db, range, undefined, LINKS_PER_PAGE); page.length > 0; page = await source.links(db, range, page.at(-1), LINKS_PER_PAGE)) {
    for (const link of page) {
      if (check?.chain !== link.chain) {
        finish();
        check = new ChainCheck(link.chain, mentions.get(link.chain) ?? [], ends.get(link.chain) ?? (isEvents ? [] : [END_GONE]), behind);
        awaited.delete(link.chain);
        passed.chains++;
      }
      await check.take(link);
      if (isEvents) certificates.take(link);
      passed.entries++;
    }
    if (page.length < LINKS_PER_PAGE) break;
  }
  finish();
  if (isEvents) await certificates.finish(db, range, faults);
  for (const chain of awaited) faults.add({ kind: 'chainRemoved', chain, says: goneSays(mentions.get(chain), ends.get(chain)) });
  return passed;
}

/** In the order of bytes, as the database has it; names of chains are plain ASCII. */
function isBetween(chain: string, range: ChainRange): boolean {
  return !('chains' in range) && chain >= range.from && chain < range.to;
}

function goneSays(mentions: readonly Mention[] = [], ends: readonly KnownEnd[] = []): string {
  const last = mentions.at(-1);
  if (last) return `none of its entries is there, and checkpoint ${last.checkpoint} has ${last.seq}`;
  return `none of its entries is there, and ${ends[0]?.by ?? 'somebody'} has ${ends[0]?.seq ?? 0}`;
}
