import { isEnd } from '../../../domain/case-facts';
import type { Telephone } from '../given/applicant';
import type { Json } from '../given/service-client';
import type { WalkedCase } from '../given/walked-case';
import { testStack } from '../../stack/test-stack';
import { telephoneOf } from './applicants';
import { codeOf, type Answer } from './asker';
import type { Stage } from './matrix-stage';
import type { About, Group, Letter, Row } from './matrix-table';
import { placesOf, type Person, type World } from './people';
import { inputOf, isCommand, kindOf, type Target } from './requests';
import { SITUATIONS } from './situations';

/** Every cell in every situation, and not only in every state. */
const IS_WHOLE = process.env.MATRIX === 'whole';

type Expected = { is: 'status'; status: number } | { is: 'through' } | { is: 'notAwaited' };

/** One person asks for one thing. */
export interface Attempt {
  row: Row;
  world: World;
  situation?: string;
  person: Person;
  walked?: WalkedCase;
  ids: Readonly<Record<string, string>>;
  expected: Expected;
}

/** Commands that the case itself judges: whoever is let through changes it. */
export function isJudged({ about, operation }: Pick<Row, 'about' | 'operation'>): boolean {
  return (about === 'case' || about === 'money') && isCommand(operation) && operation !== 'raiseObjection';
}

/** What stands in a case in one of its situations. */
const OF_A_CASE: ReadonlySet<About> = new Set(['case', 'money', 'document', 'ownPaper', 'hold']);
/** Who is turned away for having no role at all, whatever the case: those are asked in these situations and not in each state. */
const APART: readonly Group[] = ['nobody', 'others', 'machine', 'applicant'];
const APART_IN = ['intake', 'upperReview', 'disbursement', 'prepared', 'paid', 'closed'];

/** Every cell of a line, with one person for each letter where a case is concerned: another one in each situation. */
export function attemptsOf(row: Row, stage: Stage): Attempt[] {
  if (!OF_A_CASE.has(row.about)) {
    const { walked, ids = {} } = stage.objects[row.about] ?? {};
    const everybody = row.operation === 'logout' || row.operation === 'signOutEverywhere' ? 1 : Infinity;
    return personsOf(row, 'county', stage).flatMap(({ persons, letter }) =>
      persons.slice(0, everybody).map((person) => ({ row, world: 'county', person, walked, ids, expected: expectedOf(letter, row, person, walked, stage) })),
    );
  }
  return (Object.keys(SITUATIONS) as World[]).flatMap((world) => {
    const seen = new Set<string>();
    return SITUATIONS[world].flatMap((situation, turn) => {
      const walked = stage.cases.get(`${world} ${situation}`)!;
      const ids = idsIn(row, world, situation, walked, stage);
      if (!ids) return [];
      const isNewState = !seen.has(walked.view.state);
      seen.add(walked.view.state);
      return personsOf(row, world, stage).flatMap(({ persons, letter, group }): Attempt[] => {
        // What depends on the state alone, or on nothing, is asked once in each state.
        const isConstant = '1234mF'.includes(letter) || (!isJudged(row) && letter !== 'N');
        if (isConstant && !isNewState && !IS_WHOLE) return [];
        if ('13'.includes(letter) && APART.includes(group) && !APART_IN.includes(situation) && !IS_WHOLE) return [];
        // In the city's world those have other cells whose union stands otherwise to the case; the others were asked in the county's.
        if (world === 'city' && group !== 'below' && (isConstant || !['own', 'above'].includes(group)) && !IS_WHOLE) return [];
        if (world === 'city' && group === 'machine') return [];
        // Of a file that has left it opens another case: the line reportRelapse/left.
        if (row.name === 'reportRelapse' && walked.view.state === 'closed' && letter !== '1' && letter !== '3' && letter !== '4') return [];
        const chosen = IS_WHOLE ? persons : persons.slice(turn % persons.length).slice(0, 1);
        return chosen.map((person) => ({ row, world, situation, person, walked, ids, expected: expectedOf(letter, row, person, walked, stage) }));
      });
    });
  });
}

/** The ids beside the case's own; undefined where the case has no such thing. */
function idsIn({ about }: Row, world: World, situation: string, { view }: WalkedCase, { lying }: Stage): Record<string, string> | undefined {
  if (about === 'money') {
    const disbursementId = view.disbursements.at(0)?.id;
    return disbursementId === undefined ? undefined : { disbursementId };
  }
  if (about === 'case') return {};
  return situation === 'upperReview' ? lying[world][about] : undefined;
}

function personsOf(row: Row, world: World, stage: Stage): { group: Group; letter: Letter; persons: Person[] }[] {
  return (Object.entries(row.cells) as [Group, Letter[]][]).flatMap(([group, cells]) => {
    if (group === 'below' && world === 'county') return [];
    return placesOf(group).flatMap(({ letter: who, index }) => {
      const persons = whoIs(row, world, group, who, stage);
      return persons.length === 0 ? [] : [{ group, letter: cells[index]!, persons }];
    });
  });
}

function whoIs({ operation }: Row, world: World, group: Group, letter: string, stage: Stage): Person[] {
  switch (group) {
    case 'nobody':
      return letter === 'n' ? [{ name: 'nobody', group, letter }] : stage.sentAway;
    case 'machine':
      return [stage.machineOf(letter, operation)];
    case 'applicant':
      return [{ name: letter === 'p' ? 'applicant' : 'other applicant', group, letter }];
    default:
      return stage.people.of(world, group, letter);
  }
}

function expectedOf(letter: Letter, row: Row, person: Person, walked: WalkedCase | undefined, { rated }: Stage): Expected {
  const status = (code: number): Expected => ({ is: 'status', status: code });
  const through: Expected = { is: 'through' };
  switch (letter) {
    case '1':
    case '3':
    case '4':
      return status(400 + Number(letter));
    case '2':
      return status(422);
    case 'm':
      return walked && ['disbursement', 'active', 'exiting', 'phaseOut'].includes(walked.view.state) ? through : status(403);
    case 'F':
      return walked?.view.hardshipFile && ['disbursement', 'active', 'exiting', 'phaseOut', 'closed'].includes(walked.view.state) ? through : status(404);
    case 'R':
      return walked && rated.has(walked.id) ? through : status(404);
    case 'N':
      return walked && hasOpenNotice(walked, person.letter) ? through : status(404);
    case '+':
    case 't':
    case 'k':
    case 'h': {
      if (!walked || !isJudged(row)) return through;
      const awaited = awaitedOf(row.operation, person.letter, walked);
      if (awaited.length === 0) return { is: 'notAwaited' };
      const isTheirs = letter === '+' || awaited.some((role) => role === (letter === 'k' ? 'clerk' : letter === 'h' ? 'handler' : ''));
      return isTheirs ? through : status(403);
    }
  }
}

/** The roles of whom the case awaits a command, as its own answer says: as this sender would send it. */
function awaitedOf(operation: string, letter: string, { view }: WalkedCase): string[] {
  const kind = kindOf(operation, letter, view);
  return [...view.awaiting, ...view.possible].flatMap((one) => (one.command === operation && (one.kind === null || one.kind === kind) ? [one.role] : []));
}

function hasOpenNotice({ view }: WalkedCase, letter: string): boolean {
  return view.notices.some((notice) => notice.closedOn === null && notice.kind === kindOf('getPublicNotice', letter, view)) && !isEnd(view.state);
}

/** Asks, and says in one line what was not as expected. */
export async function carryOut(attempt: Attempt, stage: Stage): Promise<string | undefined> {
  const { row, person, walked, ids, expected } = attempt;
  const telephone = person.group === 'applicant' ? telephoneFor(person, row, walked, stage) : undefined;
  const target: Target = { walked, ids, letter: person.letter, sender: person.name, password: testStack().password, telephone };
  const answer = await ask(row, person, inputOf(row.name, target), telephone, stage);
  if (isAsExpected(answer, expected, row)) return undefined;
  const wanted = expected.is === 'status' ? String(expected.status) : expected.is;
  return `${describeOf(attempt)}: ${answer.status} ${codeOf(answer)}, expected ${wanted}`;
}

async function ask({ operation }: Row, person: Person, input: Json, telephone: Telephone | undefined, { asker, people, applicants, picture }: Stage): Promise<Answer> {
  const endsSession = operation === 'logout' || operation === 'signOutEverywhere';
  const isOne = person.token !== undefined && person.group !== 'machine' && person.group !== 'nobody';
  const token = telephone ? await applicants[endsSession ? 'freshToken' : 'token'](telephone) : endsSession && isOne ? await people.freshToken(person.name) : isOne ? people.token(person.name) : person.token;
  const file = operation === 'uploadDocument' ? picture : undefined;
  const answer = await asker.ask(operation, token, file ? { ...input, kind: 'idCard' } : input, { file });
  if (operation === 'signOutEverywhere' && isOne) await people.signInAgain(person.name);
  if (operation === 'signOutEverywhere' && telephone) await applicants.signInAgain(telephone);
  return answer;
}

/** By which numbers an applicant asks: those of the case itself, where it is asked about one. */
function telephoneFor({ letter }: Person, { about }: Row, walked: WalkedCase | undefined, { others }: Stage): Telephone {
  if (letter === 'q') return others.q;
  return walked && (OF_A_CASE.has(about) || about === 'left') ? telephoneOf(walked) : others.p;
}

function isAsExpected(answer: Answer, expected: Expected, row: Row): boolean {
  const { status } = answer;
  if (expected.is === 'status') return status === expected.status;
  if (expected.is === 'notAwaited') return status === 409;
  if (isJudged(row)) return status < 300;
  return status < 500 && ![401, 403, 404].includes(status);
}

export function describeOf({ row, person, world, situation }: Pick<Attempt, 'row' | 'person' | 'world' | 'situation'>): string {
  return `${row.name} by ${person.name} (${person.group} ${person.letter})${situation === undefined ? '' : ` in ${world} ${situation}`}`;
}
