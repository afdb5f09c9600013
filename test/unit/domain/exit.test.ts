import type { Exit, ExitConfirmer, ExitTerms, ExitVerifier, NoticeOutcome, PublicNotice } from '../../../domain/case-facts';
import { exitNoticeOf, isNoticeRequired, missingConfirmations, missingVerifications, routeOf, whyNotConcluded } from '../../../domain/exit';
import { LIANGXI, PlayedCase, WUXI_RELATIVE } from './played-case';

const file = PlayedCase.import(LIANGXI, WUXI_RELATIVE, { hardshipClass: 'relative', establishedOn: '2024-01-31', on: '2024-01-31' }).record;

type Profile = 'wuxi' | 'bozhou' | 'yunnan';
const TERMS: Record<Profile, ExitTerms> = {
  wuxi: { noticeAlways: false, workerConfirms: true, grassrootsConfirms: true, verifiers: [] },
  bozhou: { noticeAlways: false, workerConfirms: false, grassrootsConfirms: false, verifiers: [] },
  yunnan: { noticeAlways: true, workerConfirms: false, grassrootsConfirms: false, verifiers: ['reviewingUnion'] },
};
const CONFIRMED: ExitConfirmer[][] = [[], ['worker'], ['grassroots'], ['worker', 'grassroots']];
const VERIFIED: ExitVerifier[][] = [[], ['reviewingUnion'], ['unitOrCommunityUnion'], ['reviewingUnion', 'unitOrCommunityUnion']];
type Notice = 'none' | 'open' | NoticeOutcome;
const NOTICES: Notice[] = ['none', 'open', 'noObjection', 'objectionSustained', 'abandoned'];

interface Situation {
  terms: ExitTerms;
  confirmed: ExitConfirmer[];
  refused: boolean;
  verified: ExitVerifier[];
  notice: Notice;
}

/** As the record is after what happened: whoever refuses has not confirmed. */
function recordOf({ terms, confirmed, refused, verified, notice }: Situation) {
  const on = '2024-05-20';
  const exit: Exit = {
    kind: 'liftOut',
    terms,
    toldOn: on,
    noticesBefore: 0,
    workerConfirmedOn: confirmed.includes('worker') ? on : null,
    grassrootsConfirmedOn: confirmed.includes('grassroots') ? on : null,
    refusal: refused ? { on, valid: false } : null,
    verifications: verified.map((by) => ({ by, on })),
    stoppedBy: null,
    route: null,
    effectiveOn: null,
  };
  const posted: PublicNotice = { kind: 'exit', byOrgId: 'wx-liangxi', medium: 'noticeBoard', place: 'employer', postedOn: on, closesOn: '2024-05-27', closedOn: null, outcome: null, objections: [] };
  const notices = notice === 'none' ? [] : [notice === 'open' ? posted : { ...posted, closedOn: '2024-05-27', outcome: notice }];
  return { exit, record: { ...file, exit, notices } };
}

/** Every situation of a profile; a worker who has refused has not confirmed. */
function situationsOf(terms: ExitTerms): Situation[] {
  return CONFIRMED.flatMap((confirmed) =>
    [false, true]
      .filter((refused) => !refused || !confirmed.includes('worker'))
      .flatMap((refused) => VERIFIED.flatMap((verified) => NOTICES.map((notice) => ({ terms, confirmed, refused, verified, notice })))),
  );
}
const codeOf = (situation: Situation) => {
  const { record, exit } = recordOf(situation);
  return whyNotConcluded(record, exit)?.code;
};
const told = ({ confirmed, refused, verified, notice }: Situation) =>
  `${refused ? 'refused' : ''} [${confirmed.join()}] [${verified.join()}] notice ${notice}`.trim();

/**
 * What the documents say by hand, for the situations that may leave; all others may not, nor may anybody while a notice is
 * open.
 *
 * R-WX-30 须经职工本人、基层工会确认后退档; R-WX-31 无正当理由拒绝确认的 … 核实确认，公示无异议后，公告退出;
 * R-BZ-17 with R-BZ-F16 the worker is told; R-YN-18 核实确认 before 退出公示, in any case.
 */
const MAY_LEAVE: Record<Profile, (situation: Situation) => boolean> = {
  wuxi: ({ confirmed, refused, verified, notice }) =>
    refused
      ? confirmed.includes('grassroots') && verified.length === 2 && notice === 'noObjection'
      : confirmed.length === 2 && notice !== 'open',
  bozhou: ({ notice }) => notice !== 'open',
  yunnan: ({ verified, notice }) => verified.includes('reviewingUnion') && notice === 'noObjection',
};

describe.each(['wuxi', 'bozhou', 'yunnan'] as const)('%s: for every combination of confirmations, refusal, verifications and notice', (profile) => {
  const situations = situationsOf(TERMS[profile]);

  test('the exit may be concluded exactly where the documents let it', () => {
    expect(situations).toHaveLength(120);
    const leaving = situations.filter((situation) => codeOf(situation) === undefined).map(told);
    expect(leaving).toEqual(situations.filter(MAY_LEAVE[profile]).map(told));
  });
  test('the reason against it is one that is true, the people before the notice', () => {
    for (const situation of situations) {
      const { confirmed, refused, verified, notice } = situation;
      switch (codeOf(situation)) {
        case 'EXIT_CONFIRMATION_MISSING':
          expect(profile).toBe('wuxi');
          expect(!confirmed.includes('grassroots') || (!refused && !confirmed.includes('worker'))).toBe(true);
          break;
        case 'EXIT_VERIFICATION_INCOMPLETE':
          expect(profile === 'yunnan' ? !verified.includes('reviewingUnion') : refused && verified.length < 2).toBe(true);
          break;
        case 'EXIT_NOTICE_REQUIRED':
          expect(notice).not.toBe('noObjection');
          expect(notice === 'open' || profile === 'yunnan' || (profile === 'wuxi' && refused)).toBe(true);
          break;
        default:
          expect(MAY_LEAVE[profile](situation)).toBe(true);
      }
    }
  });
  test('the ground on which it leaves', () => {
    const routes = new Set(situations.filter(MAY_LEAVE[profile]).map((situation) => `${situation.refused ? 'refused' : 'agreed'}: ${routeOf(recordOf(situation).exit)}`));
    const expected = {
      wuxi: ['agreed: bothConfirmed', 'refused: announcedAfterRefusal'],
      bozhou: ['agreed: toldOnly', 'refused: toldOnly'],
      yunnan: ['agreed: announced', 'refused: announced'],
    };
    expect([...routes].sort()).toEqual(expected[profile]);
  });
});

test('for any terms at all: what may leave has every confirmation that is asked for, a refusal apart, and its notice where one is asked for, and none that is open', () => {
  const flags = [false, true];
  for (const noticeAlways of flags)
    for (const workerConfirms of flags)
      for (const grassrootsConfirms of flags)
        for (const verifiers of VERIFIED)
          for (const situation of situationsOf({ noticeAlways, workerConfirms, grassrootsConfirms, verifiers })) {
            if (codeOf(situation)) continue;
            const { confirmed, refused, verified, notice } = situation;
            if (grassrootsConfirms) expect(confirmed).toContain('grassroots');
            if (workerConfirms) expect(confirmed.includes('worker') || (refused && verified.length === 2)).toBe(true);
            if (noticeAlways || (workerConfirms && refused)) expect(notice).toBe('noObjection');
            expect(notice).not.toBe('open');
            if (noticeAlways) expect(verified).toEqual(expect.arrayContaining(verifiers));
          }
});

describe('what is missing, for the task list', () => {
  const exitOf = (situation: Partial<Situation>) => recordOf({ terms: TERMS.wuxi, confirmed: [], refused: false, verified: [], notice: 'none', ...situation }).exit;

  test('R-WX-30: both confirmations; after a refusal that of the grassroots union alone', () => {
    expect(missingConfirmations(exitOf({}))).toEqual(['worker', 'grassroots']);
    expect(missingConfirmations(exitOf({ refused: true }))).toEqual(['grassroots']);
    expect(missingConfirmations(exitOf({ terms: TERMS.bozhou }))).toEqual([]);
  });
  test('R-WX-31: two verifications after a refusal and none without; R-YN-18: those of the profile', () => {
    expect(missingVerifications(exitOf({}))).toEqual([]);
    expect(missingVerifications(exitOf({ refused: true, verified: ['unitOrCommunityUnion'] }))).toEqual(['reviewingUnion']);
    expect(missingVerifications(exitOf({ terms: TERMS.yunnan, refused: true }))).toEqual(['reviewingUnion']);
  });
  test('a refusal calls for the notice only where the worker would have to confirm', () => {
    expect([TERMS.wuxi, TERMS.bozhou, TERMS.yunnan].map((terms) => isNoticeRequired(exitOf({ terms, refused: true })))).toEqual([true, false, true]);
    expect([TERMS.wuxi, TERMS.bozhou, TERMS.yunnan].map((terms) => isNoticeRequired(exitOf({ terms })))).toEqual([false, false, true]);
  });
  test('a valid reason is no way to the notice', () => {
    expect(isNoticeRequired({ ...exitOf({}), refusal: { on: '2024-05-20', valid: true } })).toBe(false);
  });
  test('the notice of an earlier exit, or of the application, is not the one of this exit', () => {
    const { record, exit } = recordOf({ terms: TERMS.yunnan, confirmed: [], refused: false, verified: ['reviewingUnion'], notice: 'noObjection' });
    expect(exitNoticeOf({ ...record, exit: { ...exit, noticesBefore: 1 } })).toBeUndefined();
    expect(whyNotConcluded({ ...record, exit: { ...exit, noticesBefore: 1 } }, { ...exit, noticesBefore: 1 })).toEqual({ code: 'EXIT_NOTICE_REQUIRED', rule: 'R-YN-18' });
    expect(exitNoticeOf({ ...record, notices: record.notices.map((notice) => ({ ...notice, kind: 'second' })) })).toBeUndefined();
    expect(exitNoticeOf({ ...record, exit: null })).toBeUndefined();
  });
});
