import type { CaseEvent } from './case-events';
import type { EndState, Exit, RecheckOutcome } from './case-facts';
import type { CaseRecord } from './case-record';

type FileEvent = CaseEvent & {
  type:
    | 'recheckScheduled'
    | 'recheckStageReached'
    | 'recheckCalledFor'
    | 'recheckRecorded'
    | 'fileUpdated'
    | 'aidLevelSet'
    | 'exitNotified'
    | 'exitConfirmed'
    | 'exitRefused'
    | 'exitVerified'
    | 'exitStopped'
    | 'exitConcluded'
    | 'followUpRecorded'
    | 'relapseReported'
    | 'relapseDismissed'
    | 'fileReopened'
    | 'certificateRevoked'
    | 'fileWithdrawn'
    | 'retentionEnded'
    | 'personalDataDestroyed';
};

/** The record after an event in the life of a file: rechecks, exit, phase-out, return, withdrawal. */
export function afterFileLife(record: CaseRecord, event: FileEvent): CaseRecord {
  const on = event.effectiveOn;
  switch (event.type) {
    case 'recheckScheduled':
      return { ...record, recheck: event.recheck };
    case 'recheckStageReached':
      return { ...record, recheck: record.recheck && { ...record.recheck, stage: event.stage } };
    case 'recheckCalledFor':
      return { ...record, recheckCalledFor: { since: on, because: event.because } };
    case 'recheckRecorded':
      return {
        ...record,
        household: event.household ?? record.household,
        lastRecheck: { doneOn: event.doneOn, outcome: event.outcome, visitedOn: event.visitedOn, classBefore: record.hardshipClass, overridden: event.overridden },
        recheckCalledFor: null,
        // A visit counts on its own day, which may lie before the campaign that the recheck falls in.
        fileUpdates: [...record.fileUpdates, { on: event.doneOn, visit: false }, ...(event.visitedOn ? [{ on: event.visitedOn, visit: true }] : [])],
        exit: null, // a stopped exit has been answered by this recheck
        endState: endStateAfter(record, event.outcome),
      };
    case 'fileUpdated':
      return {
        ...record,
        household: event.household ?? record.household,
        fileUpdates: [...record.fileUpdates, { on, visit: event.visit }],
        ...(event.bankAccountChanged && { bankAccountChangedAt: event.seq }),
      };
    case 'aidLevelSet':
      return { ...record, aidLevel: { monthlyLivingAidFen: event.monthlyLivingAidFen, setOn: on } };
    case 'exitNotified':
      return {
        ...record,
        exit: {
          kind: event.kind,
          terms: event.terms,
          toldOn: on,
          noticesBefore: record.notices.length,
          workerConfirmedOn: null,
          grassrootsConfirmedOn: null,
          refusal: null,
          verifications: [],
          stoppedBy: null,
          route: null,
          effectiveOn: null,
        },
      };
    case 'exitConfirmed':
      // Whoever confirms after a refusal has thought better of it.
      return withExit(record, event.by === 'worker' ? { workerConfirmedOn: on, refusal: null } : { grassrootsConfirmedOn: on });
    case 'exitRefused':
      return withExit(record, { refusal: { on, valid: event.valid }, workerConfirmedOn: null, ...(isNewRefusal(record) ? { verifications: [], noticesBefore: record.notices.length } : {}) });
    case 'exitVerified':
      return withExit(record, { verifications: [...(record.exit?.verifications ?? []), { by: event.by, on }] });
    case 'exitStopped':
      return withExit(record, { stoppedBy: event.by });
    case 'exitConcluded':
      return {
        ...withExit(record, { route: event.route, effectiveOn: on }),
        phaseOut: event.phaseOut && { ...event.phaseOut, followUps: [] },
        endState: record.exit?.kind === 'liftOut' ? 'lifted' : record.endState,
        recheck: null,
        recheckCalledFor: null,
      };
    case 'followUpRecorded':
      return { ...record, phaseOut: record.phaseOut && { ...record.phaseOut, followUps: [...record.phaseOut.followUps, event.metOn] } };
    case 'relapseReported':
      return { ...record, relapse: { reportedOn: on, visitedOn: null, assessed: false } };
    case 'relapseDismissed':
      // The phase-out lasts at least until the question is settled; a later start of retention is the safe side.
      return { ...record, relapse: null, phaseOut: record.phaseOut && { ...record.phaseOut, endsOn: on > record.phaseOut.endsOn ? on : record.phaseOut.endsOn } };
    case 'fileReopened':
      return {
        ...record,
        hardshipFile: record.hardshipFile && { ...record.hardshipFile, reopenedOn: on },
        relapse: null,
        exit: null,
        phaseOut: null,
        endState: null,
        monitoring: null,
        lastRecheck: null,
      };
    case 'certificateRevoked':
      return { ...record, certificate: record.certificate && { ...record.certificate, state: 'revoked' } };
    case 'fileWithdrawn':
      return { ...record, hardshipFile: record.hardshipFile && { ...record.hardshipFile, withdrawnOn: on, retentionEndsOn: event.retentionEndsOn } };
    case 'retentionEnded':
      return { ...record, retentionEnded: true };
    case 'personalDataDestroyed':
      return { ...record, destroyedOn: on };
  }
}

/** What was verified and announced stood in for one refusal; a worker who confirmed and refuses again is another (R-WX-31). */
function isNewRefusal({ exit }: CaseRecord): boolean {
  return exit !== null && exit.terms.workerConfirms && exit.refusal === null;
}

function withExit(record: CaseRecord, change: Partial<Exit>): CaseRecord {
  return { ...record, exit: record.exit && { ...record.exit, ...change } };
}

/** 解困 stays with a file whose hardship is only kept; whatever else a recheck finds ends it. */
function endStateAfter(record: CaseRecord, outcome: RecheckOutcome): EndState | null {
  if (outcome === 'relieve') return 'relieved';
  return outcome === 'keep' ? record.endState : null;
}
