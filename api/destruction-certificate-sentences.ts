import { shanghaiDateAt } from '../domain/calendar-date';
import type { DestroyedCase } from '../domain/destruction-certificate';
import { formatYuan } from '../domain/money';
import type { StoredCertificate } from '../store/destruction.store';

/** The content of a certificate, as it was written. */
interface CertificateContent {
  case: DestroyedCase;
  proposed: { by: string; onBehalfOf: string | null };
  approved: { by: string; onBehalfOf: string | null; orgId: string };
  destroyed: { documents: unknown[]; counts: { commands: number } };
}

/** A certificate in words, to be printed: what was destroyed, why it could be, who decided it and when. Names no person of the household. */
export function certificateSentences({ number, content, sha256 }: StoredCertificate, completedAt: Date, nameOf: (orgId: string) => string): { zh: string; en: string } {
  const { case: of, proposed, approved, destroyed } = content as unknown as CertificateContent;
  const union = nameOf(approved.orgId);
  const on = shanghaiDateAt(completedAt.getTime());
  const who = ({ by, onBehalfOf }: CertificateContent['proposed'], standingIn: (other: string) => string) => (onBehalfOf === null ? by : by + standingIn(onBehalfOf));
  const zh = (other: string) => `（代 ${other}）`;
  const en = (other: string) => ` (for ${other})`;
  const documents = destroyed.documents.length;
  const digest = sha256.toString('hex');
  return {
    zh: `销毁证明 ${number}：案件 ${of.caseNumber}${of.fileNumber === null ? '' : `（档案 ${of.fileNumber}）`}的保管期于 ${of.keptUntil} 届满。经 ${who(proposed, zh)} 提出、${who(approved, zh)} 审批，${union}于 ${on} 销毁了该案件的密钥和全部个人信息，包括经办记录中的文字 ${destroyed.counts.commands} 件、资料文件 ${documents} 件，此后任何人不能再读取。保留的仅为不含姓名、号码的编码事项，以及已发放帮扶资金 ${formatYuan(of.paidFen)} 元（${of.payments} 笔）的统计。校验值 ${digest}。`,
    en: `Certificate of destruction ${number}: the retention of case ${of.caseNumber}${of.fileNumber === null ? '' : ` (file ${of.fileNumber})`} ended on ${of.keptUntil}. Proposed by ${who(proposed, en)} and approved by ${who(approved, en)}, ${union} destroyed on ${on} the key of the case and all personal data in it, the words of ${destroyed.counts.commands} commands and ${documents} documents among them; nobody can read them any more. What is kept are coded facts without names or numbers of persons, and the figures of the aid that was paid: ${formatYuan(of.paidFen)} yuan in ${of.payments} payments. Digest ${digest}.`,
  };
}
