import { ARCHIVE_ITEMS, archiveOf, type ArchiveItem, type ArchiveState } from '../../../domain/archive';
import type { CaseRecord } from '../../../domain/case-record';
import { BOZHOU_ACCIDENTAL, BOZHOU_DEEP, LIANGXI, PlayedCase, WOYANG, WUHUA, WUXI_DEEP } from './played-case';
import { ready, told } from './played-exit';

const stateOf = (record: CaseRecord, item: ArchiveItem): ArchiveState | undefined => archiveOf(record).items.find((each) => each.item === item)?.state;
const states = (record: CaseRecord) => Object.fromEntries(archiveOf(record).items.map(({ item, state }) => [item, state]));

test('the six papers of Attachment 1 III, each with its rule', () => {
  expect(archiveOf(told().record).items.map(({ item, rule }) => [item, rule])).toEqual([
    ['applicantMaterials', 'R-BZ-A9'],
    ['hardshipFileForm', 'R-BZ-A10'],
    ['visitForm', 'R-BZ-A11'],
    ['noticeProof', 'R-BZ-A12'],
    ['comparisonReport', 'R-BZ-A13'],
    ['liftOutForm', 'R-BZ-A14'],
  ]);
});

describe('a file that the service established', () => {
  test('has all of them but the lift-out form, which nobody asks for yet', () => {
    for (const played of [PlayedCase.apply(LIANGXI, WUXI_DEEP), PlayedCase.apply(WOYANG, BOZHOU_DEEP, { on: '2023-05-09' })]) {
      expect(archiveOf(played.to('active').record)).toMatchObject({ complete: true });
      expect(stateOf(played.record, 'liftOutForm')).toBe('notRequired');
    }
  });
  test('R-BZ-A13: an accidental file of Bozhou needs no comparison report', () => {
    const { record } = PlayedCase.apply(WOYANG, BOZHOU_ACCIDENTAL, { on: '2023-08-25' }).to('active');
    expect(states(record)).toMatchObject({ comparisonReport: 'notRequired' });
    expect(archiveOf(record).complete).toBe(true);
  });
  test('what is missing is shown, one by one', () => {
    const { record } = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active');
    const without: [ArchiveItem, Partial<CaseRecord>][] = [
      ['applicantMaterials', { materials: [] }],
      ['hardshipFileForm', { hardshipFile: null }],
      ['visitForm', { visitedOn: null, fileUpdates: [{ on: '2024-06-03', visit: false }] }],
      ['noticeProof', { notices: [] }],
      ['comparisonReport', { comparison: null }],
    ];
    for (const [item, change] of without) {
      expect(stateOf({ ...record, ...change }, item)).toBe('missing');
      expect(archiveOf({ ...record, ...change }).complete).toBe(false);
    }
    expect(without.map(([item]) => item)).toEqual(ARCHIVE_ITEMS.filter((item) => item !== 'liftOutForm'));
  });
  test('a notice that was taken down or objected to proves nothing, nor does the one of the exit', () => {
    const { record } = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active');
    const only = (change: Partial<CaseRecord['notices'][number]>) => stateOf({ ...record, notices: [{ ...record.notices[0]!, ...change }] }, 'noticeProof');
    expect([only({}), only({ outcome: 'abandoned' }), only({ outcome: 'objectionSustained' }), only({ kind: 'exit' })]).toEqual(['present', 'missing', 'missing', 'missing']);
  });
  test('a visit of a recheck or a campaign is a visit form as well', () => {
    const { record } = PlayedCase.apply(LIANGXI, WUXI_DEEP).to('active');
    expect(stateOf({ ...record, visitedOn: null, fileUpdates: [{ on: '2024-06-03', visit: true }] }, 'visitForm')).toBe('present');
  });
});

describe('R-BZ-A14: the lift-out form', () => {
  test('is missing until the lift-out is concluded, and there then', () => {
    expect([told().record, ready().do('concludeExit', {}).record].map((record) => stateOf(record, 'liftOutForm'))).toEqual(['missing', 'present']);
  });
  test('a cancellation has none', () => {
    const record = ready(LIANGXI, 'relative', 'cancel').do('concludeExit', {}).record;
    expect(stateOf(record, 'liftOutForm')).toBe('notRequired');
    expect(archiveOf(record).complete).toBe(true);
  });
});

test('a file that existed before keeps its old papers where they were; what the service saw itself is here', () => {
  const { record } = told();
  expect(states(record)).toEqual({ applicantMaterials: 'onPaper', hardshipFileForm: 'present', visitForm: 'present', noticeProof: 'onPaper', comparisonReport: 'onPaper', liftOutForm: 'missing' });
  expect(archiveOf(ready(WUHUA, 'deep').do('concludeExit', {}).record)).toMatchObject({ complete: true });
});
