import type { Hindrance } from '../domain/retention';
import type { Language } from './language';
import { HttpProblem } from './problem';

/** Not now, and everything that stands against it at once. */
export const mayNotBeDestroyed = (hindrances: readonly Hindrance[]) =>
  new HttpProblem(
    409,
    'DESTRUCTION_NOT_ALLOWED',
    {
      zh: { title: '不能销毁', detail: `${hindrances.map((one) => sentenceOf(one, 'zh')).join('；')}。` },
      en: { title: 'It must not be destroyed', detail: `${hindrances.map((one) => sentenceOf(one, 'en')).join('; ')}.` },
    },
    { hindrances },
  );

export const alreadyProposed = (state: string) =>
  new HttpProblem(
    409,
    'DESTRUCTION_ALREADY_PROPOSED',
    { zh: { title: '已提出销毁', detail: '该案件的销毁已经提出，请由另一人审批。' }, en: { title: 'Already proposed', detail: 'The destruction of this case has been proposed; somebody else is to decide on it.' } },
    { state },
  );

export const notProposed = () =>
  new HttpProblem(409, 'DESTRUCTION_NOT_PROPOSED', {
    zh: { title: '没有待审批的销毁', detail: '该案件没有待审批的销毁，或者已由他人办理。' },
    en: { title: 'Nothing to decide on', detail: 'No destruction of this case waits for a decision, or somebody else has decided on it.' },
  });

/** Four eyes (R-WX-15: an explicit reviewed action). */
export const samePerson = () =>
  new HttpProblem(
    403,
    'SAME_PERSON_MAY_NOT_APPROVE',
    { zh: { title: '须由另一人审批', detail: '提出销毁的人不能审批，也不能由他人代其审批或者代他人审批。' }, en: { title: 'Somebody else must approve', detail: 'Whoever proposed the destruction does not approve it, neither in person nor by a delegate.' } },
    { rule: 'R-WX-15' },
  );

/** Whoever took away what stood against it does not approve it. */
export const liftedBySamePerson = () =>
  new HttpProblem(
    403,
    'SAME_PERSON_MAY_NOT_APPROVE',
    {
      zh: { title: '须由另一人审批', detail: '解除过本案保全的人不能审批销毁，也不能由他人代其审批。' },
      en: { title: 'Somebody else must approve', detail: 'Whoever lifted a hold on this case does not approve its destruction, neither in person nor by a delegate.' },
    },
    { rule: 'R-WX-15' },
  );

export const holdOfOverseer = () =>
  new HttpProblem(403, 'HOLD_OF_OVERSEER', {
    zh: { title: '须由审计或监督人员解除', detail: '该保全由审计或监督人员提出，只能由审计或监督人员解除。' },
    en: { title: 'An overseer must lift it', detail: 'An auditor or supervisor has placed this hold; an auditor or supervisor lifts it.' },
  });

export const notFinished = () =>
  new HttpProblem(
    409,
    'DESTRUCTION_NOT_FINISHED',
    { zh: { title: '销毁尚未完成', detail: '数据已无法读取，存储中的文件正在清除，完成后出具证明。' }, en: { title: 'Not finished', detail: 'The data can no longer be read; documents are still being removed from the store. The certificate follows.' } },
    {},
    { 'retry-after': '30' },
  );

function sentenceOf(hindrance: Hindrance, language: Language): string {
  const zh = language === 'zh';
  switch (hindrance.because) {
    case 'caseOpen':
      return zh ? '案件尚未结束' : 'the case goes on';
    case 'retentionNotOver':
      return zh ? `保管期至 ${hindrance.until}` : `it must be kept until ${hindrance.until}`;
    case 'retentionUnknown':
      return zh ? '没有保管期的规定' : 'no policy says how long it must be kept';
    case 'monitored':
      return zh ? `仍在监测${hindrance.until ? `（至 ${hindrance.until}）` : ''}` : `the household is still watched${hindrance.until ? ` (until ${hindrance.until})` : ''}`;
    case 'objectionOpen':
      return zh ? '有异议或者返困报告未处理' : 'an objection or a reported relapse is open';
    case 'paymentUnfinished':
      return zh ? '有资金尚未结清' : 'money is not settled';
    case 'linkedCaseOpen':
      return zh ? `后续案件尚未结束：${hindrance.caseNumbers.join('、')}` : `cases that followed go on: ${hindrance.caseNumbers.join(', ')}`;
    case 'legalHold':
      return zh ? '有法定或者要求的保全' : 'somebody has asked for it to be kept';
    case 'alreadyDestroyed':
      return zh ? `已于 ${hindrance.on} 销毁` : `it was destroyed on ${hindrance.on}`;
  }
}
