import fc from 'fast-check';
import { addMonths, addYears } from '../../../domain/calendar-date';
import type { CaseEvent } from '../../../domain/case-events';
import { applyEvent, type CaseRecord } from '../../../domain/case-record';
import { exitNoticeOf } from '../../../domain/exit';
import { isUnreleased } from '../../../domain/record-of-aid';
import { fileTermsOf, standingOf } from '../../../domain/standing';
import { anyFileLife, type FileLife, type FileStep } from './any-file';
import { valueOf } from './given';

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const fold = (events: readonly CaseEvent[], from: CaseRecord | null = null) => events.reduce<CaseRecord | null>((record, event) => applyEvent(record, event), from);

/** Lives for each property; every run of the tests sees others. */
const numRuns = 15;

/** Checks every step of many lives; the step that fails is named. */
function always(check: (step: FileStep, life: FileLife) => void): void {
  fc.assert(
    fc.property(anyFileLife, (life) => {
      for (const step of life.steps) check(step, life);
    }),
    { numRuns },
  );
}

describe('every life of a file', () => {
  test('the record survives JSON, and is the same folded in any split into steps', () => {
    fc.assert(
      fc.property(anyFileLife, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), ({ played: { record, events } }, sizes) => {
        expect(throughJson(record)).toStrictEqual(record);
        let stored: CaseRecord | null = null;
        let written = 0;
        for (const size of sizes) {
          stored = throughJson(fold(throughJson(events.slice(written, written + size)), stored));
          written += size;
          if (written >= events.length) break;
        }
        expect(stored).toStrictEqual(record);
      }),
      { numRuns },
    );
  });
  test('what takes effect does so on a day that has come, and not before the file was established or applied for', () => {
    always(({ today, record, events }) => {
      for (const { effectiveOn } of events) expect(effectiveOn >= record.appliedOn && effectiveOn <= today).toBe(true);
    });
  });
  test('class, standing and owner are of one mind, and all that follows from the class is what standing says', () => {
    always(({ record }, { played, imported }) => {
      const { hardshipClass, standing, hardshipFile, recheck, territory } = record;
      const policy = played.policy();
      if (hardshipClass === null || hardshipClass === 'none') throw new Error('a file has a class');
      const usual = standingOf(hardshipClass, territory, policy);
      expect(standing !== null).toBe(usual.accepted);
      if (standing) {
        expect(hardshipFile?.ownerOrgId).toBe(standing.reviewerOrgId);
        // The importing union owns the file until its class changes, and with it the owner.
        const reviewerOrgId = imported ? standing.reviewerOrgId : valueOf(usual).reviewerOrgId;
        expect(standing).toEqual({ ...valueOf(usual), reviewerOrgId });
      }
      if (recheck) expect(recheck.everyMonths).toBe(fileTermsOf(hardshipClass, policy).recheckMonths);
    });
  });
  test('a recheck is on its series, ahead of the last one, and scheduled as long as the file is active', () => {
    always(({ record: { state, recheck, lastRecheck } }) => {
      expect(recheck === null).toBe(state === 'phaseOut' || state === 'closed');
      if (!recheck?.everyMonths || !recheck.nextDueOn) return;
      const { anchorOn, everyMonths, nextDueOn } = recheck;
      const series = Array.from({ length: 80 }, (_, step) => addMonths(anchorOn, (step + 1) * everyMonths));
      expect(series).toContain(nextDueOn);
      if (lastRecheck) expect(nextDueOn > lastRecheck.doneOn).toBe(true);
    });
  });
  test('never two exits at once: the one before was stopped, begun anew by a recheck, or undone by a return', () => {
    fc.assert(
      fc.property(anyFileLife, ({ played: { events } }) => {
        let open = false;
        for (const { type } of events) {
          if (type === 'exitNotified') {
            expect(open).toBe(false);
            open = true;
          } else if (type === 'exitStopped' || type === 'recheckRecorded' || type === 'fileReopened') open = false;
        }
      }),
      { numRuns },
    );
  });
  test('an exit goes on in its own box only, and every exit follows a recheck that found it', () => {
    always(({ record: { state, exit, lastRecheck } }) => {
      const isGoingOn = exit !== null && exit.stoppedBy === null && exit.effectiveOn === null;
      expect(isGoingOn).toBe(state === 'exiting');
      if (isGoingOn) expect(lastRecheck?.outcome).toBe(exit.kind);
      if (state === 'phaseOut' || state === 'closed') expect([exit?.effectiveOn === null, exit?.route === null]).toEqual([false, false]);
    });
  });
  test('no exit is concluded without what its terms ask for', () => {
    always(({ events, record }, { played }) => {
      const { exit } = record;
      if (!exit || !events.some(({ type }) => type === 'exitConcluded')) return;
      expect(exitNoticeOf(record)?.closedOn).not.toBeNull();
      const { notices, lastRecheck } = record;
      if (exit.kind === 'liftOut' && played.policy().exit.restsOnVisit.value) expect(lastRecheck!.visitedOn! >= addMonths(exit.effectiveOn!, -6)).toBe(true);
      const { terms, refusal, verifications, workerConfirmedOn, grassrootsConfirmedOn } = exit;
      expect(refusal?.valid).not.toBe(true);
      if (terms.grassrootsConfirms) expect(grassrootsConfirmedOn).not.toBeNull();
      const announced = notices.slice(exit.noticesBefore).some(({ kind, outcome }) => kind === 'exit' && outcome === 'noObjection');
      if (terms.workerConfirms && !workerConfirmedOn) expect([refusal?.valid, verifications.length, announced]).toEqual([false, 2, true]);
      if (terms.noticeAlways) expect(announced).toBe(true);
    });
  });
  test('R-WX-33, R-BZ-21: only a lift-out has a phase-out, of the months that its class allows', () => {
    always(({ record: { phaseOut, exit, hardshipClass } }, { played }) => {
      if (!phaseOut || !exit?.effectiveOn) return;
      const bounds = fileTermsOf(hardshipClass ?? 'none', played.policy()).phaseOut;
      expect(exit.kind).toBe('liftOut');
      expect(phaseOut.months >= Math.max(1, bounds?.minMonths ?? 99) && phaseOut.months <= (bounds?.maxMonths ?? 0)).toBe(true);
      expect(phaseOut.endsOn >= addMonths(exit.effectiveOn, phaseOut.months)).toBe(true);
    });
  });
  test('R-WX-15, A-06: a file that has left is kept ten years from that day, holds no valid certificate and no money of its own', () => {
    always(({ record }) => {
      const { state, hardshipFile, phaseOut, exit, certificate, payments, aidPlans } = record;
      expect(hardshipFile?.withdrawnOn != null).toBe(state === 'closed');
      if (!hardshipFile?.withdrawnOn) {
        expect(hardshipFile?.retentionEndsOn).toBeNull();
        return;
      }
      expect(hardshipFile.withdrawnOn).toBe(phaseOut?.endsOn ?? exit?.effectiveOn);
      expect(hardshipFile.retentionEndsOn).toBe(addYears(hardshipFile.withdrawnOn, 10));
      expect(certificate?.state).not.toBe('issued');
      expect(payments.some((payment) => isUnreleased(payment.state)) || aidPlans.some((plan) => plan.state === 'proposed')).toBe(false);
    });
  });
  test('R-JS-04, A-25: exactly those who were lifted out are watched, for five years from the exit', () => {
    always(({ record: { exit, monitoring, endState } }) => {
      const isLifted = exit?.kind === 'liftOut' && exit.effectiveOn !== null;
      expect(monitoring).toEqual(isLifted ? { group: 1, subReason: 'unstableLiftedOut', source: 'liftOut', until: addYears(exit.effectiveOn!, 5) } : null);
      expect(endState === 'lifted').toBe(isLifted);
    });
  });
  test('R-WX-34: what was reopened is active, and nothing is left of the exit', () => {
    always(({ events, record }) => {
      if (!events.some(({ type }) => type === 'fileReopened')) return;
      expect(record).toMatchObject({ state: 'active', exit: null, phaseOut: null, relapse: null, monitoring: null, lastRecheck: null, hardshipFile: { withdrawnOn: null } });
    });
  });
  test('R-WX-19: the monthly aid falls only with a material change, or after a recheck found the household out of deep hardship', () => {
    always(({ events }, { steps }) => {
      const set = events.find(({ type }) => type === 'aidLevelSet');
      if (set?.type !== 'aidLevelSet' || set.materialChange) return;
      const before = steps[steps.findIndex((step) => step.events === events) - 1]!.record;
      if (set.monthlyLivingAidFen >= (before.aidLevel?.monthlyLivingAidFen ?? 0)) return;
      expect(before.lastRecheck).toMatchObject({ outcome: 'changeClass', classBefore: 'deep' });
      expect(before.hardshipClass).not.toBe('deep');
    });
  });
  test('the number of a file, its day and its household’s case never change', () => {
    always(({ record }, { steps }) => {
      const { hardshipFile, caseId, number } = steps[0]!.record;
      expect([record.caseId, record.number, record.hardshipFile?.number, record.hardshipFile?.establishedOn]).toEqual([caseId, number, hardshipFile?.number, hardshipFile?.establishedOn]);
    });
  });
  test('the properties see what is rare as well', () => {
    const lives = fc.sample(anyFileLife, { numRuns: 120, seed: 20240131 });
    const types = new Set(lives.flatMap(({ played }) => played.events.map(({ type }) => type)));
    expect([...types]).toEqual(
      expect.arrayContaining([
        'recheckStageReached',
        'recheckCalledFor',
        'transferred',
        'exitNotified',
        'exitRefused',
        'exitVerified',
        'exitStopped',
        'exitConcluded',
        'followUpRecorded',
        'relapseReported',
        'relapseDismissed',
        'fileReopened',
        'aidDropped',
        'aidLevelSet',
        'fileWithdrawn',
      ]),
    );
    const routes = new Set(lives.flatMap(({ played }) => played.events.flatMap((event) => (event.type === 'exitConcluded' ? [event.route] : []))));
    expect([...routes].sort()).toEqual(['announced', 'announcedAfterRefusal', 'bothConfirmed', 'toldOnly']);
  });
});
