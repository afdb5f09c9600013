import { textsOf } from '../../../api/timeline-texts';

test('what people wrote for other people is shown', () => {
  expect(textsOf({ decision: 'reject', opinion: '情况属实', classReason: 'kept', stillStruggling: { reason: '家中有病人', group: 2 } })).toEqual({
    opinion: '情况属实',
    classReason: 'kept',
    'stillStruggling.reason': '家中有病人',
  });
});
test('R-JS-13: the four clear sections each stand under their own name', () => {
  expect(textsOf({ fourClear: { family: 'three', cause: 'illness', need: '', aidReceived: 'none' } })).toEqual({
    'fourClear.family': 'three',
    'fourClear.cause': 'illness',
    'fourClear.aidReceived': 'none',
  });
});
test('A-22: of an objection what it is about is shown, and not who raised it or how to reach them', () => {
  expect(textsOf({ kind: 'first', raisedBy: '王某', contact: '13900000000', about: 'income' })).toEqual({ about: 'income' });
});
test('names, numbers and accounts of an application are not texts', () => {
  const body = { applicant: { name: '李一', idNumber: '1', phone: '2' }, bankAccount: { cardNumber: '3' }, household: { members: [{ name: '李二', health: '病' }] } };
  expect(textsOf(body)).toEqual({});
});
test.each([{}, { fourClear: null, stillStruggling: null }, { fourClear: 'text', stillStruggling: 'text' }, { opinion: { deep: true }, reason: 7 }])(
  'a body without texts has none: %j',
  (body) => {
    expect(textsOf(body)).toEqual({});
  },
);
