import { ReferenceNotFound, referencedNames, resolveReferences } from '../../../rehearse/references';

const answers = new Map<string, unknown>([
  ['case', { id: 'c1', previousCaseId: null, aidPlans: [{ id: 'p1', items: [[7]] }] }],
  ['batch0', { id: 'b0' }],
]);

test('references are found and replaced at any depth of objects and lists', () => {
  const input = { planId: '$case.aidPlans[0].id', deep: [{ ids: ['$batch0.id'] }], nested: '$case.aidPlans[0].items[0][0]', plain: 3 };
  expect([...referencedNames(input)].sort()).toEqual(['batch0', 'case']);
  expect(resolveReferences(input, answers)).toEqual({ planId: 'p1', deep: [{ ids: ['b0'] }], nested: 7, plain: 3 });
});

test('only a whole string that begins with a name and a dot is a reference', () => {
  const texts = ['costs $case.id', '$case', '$100.5', ' $case.id', '$'];
  expect(referencedNames(texts).size).toBe(0);
  expect(resolveReferences(texts, answers)).toEqual(texts);
});

test('null at the end of a path is a value', () => {
  expect(resolveReferences('$case.previousCaseId', answers)).toBeNull();
});

test.each([
  ['$other.id', 'nothing was saved as "other"'],
  ['$case.aidPlans[1].id', 'there is no "1"'],
  ['$case.payments[0].id', 'there is no "payments"'],
  ['$case.previousCaseId.id', 'there is no "id"'],
  ['$case.aidPlans.length', 'there is no "length"'],
  ['$case.constructor', 'there is no "constructor"'],
  ['$case.a..b', 'not a path'],
])('%s is refused because of %s', (reference, reason) => {
  expect(() => resolveReferences({ a: [reference] }, answers)).toThrow(ReferenceNotFound);
  expect(() => resolveReferences({ a: [reference] }, answers)).toThrow(reason);
});
