import type { RecheckOutcome } from '../domain/case-facts';
import type { Duty } from '../domain/duties';
import { formatYuan } from '../domain/money';
import type { Refusal } from '../domain/refusal';
import type { Language } from './language';
import { commandInChinese, roleInChinese } from '../workflows/case/words';

/** Title and detail of a refusal, worded so that a clerk knows what to do next. */
export function sentenceOf(refusal: Refusal, language: Language): { title: string; detail: string } {
  const [zhTitle, zhDetail, enTitle, enDetail] = wordsOf(refusal);
  return language === 'zh' ? { title: zhTitle, detail: zhDetail } : { title: enTitle, detail: enDetail };
}

const DUTY_WORDS: Record<Duty, [zh: string, en: string]> = {
  visitor: ['入户走访', 'visited the household'],
  caseHandler: ['审核或登记比对', 'reviewed or compared'],
  proposer: ['提出帮扶方案', 'proposed the aid'],
  accountChanger: ['变更或导入收款账户', 'brought the account'],
  preparer: ['编制发放批次', 'prepared the money'],
};

function wordsOf(refusal: Refusal): [string, string, string, string] {
  switch (refusal.code) {
    case 'NOT_AWAITED': {
      const zhNames = refusal.awaiting.map((a) => `${commandInChinese(a.command)}（${a.orgId} ${roleInChinese(a.role)}）`).join('、');
      const enNames = refusal.awaiting.map((a) => `${a.command} (${a.role} @ ${a.orgId})`).join(', ');
      return [
        '当前环节不接受此操作',
        zhNames ? `案件当前等待：${zhNames}。` : '案件此时不接受此操作。',
        'Not awaited now',
        enNames ? `The case waits for: ${enNames}.` : 'The case does not take this now.',
      ];
    }
    case 'VERSION_CONFLICT':
      return [
        '案件已有更新',
        `您看到的不是最新版本，当前版本为 ${refusal.version}，请刷新后再试。`,
        'The case has changed',
        `You saw an older version; it is at version ${refusal.version} now. Read it again and retry.`,
      ];
    case 'FORBIDDEN':
      return [
        '无权执行此操作',
        `此操作由 ${refusal.orgId} 的${roleInChinese(refusal.role)}办理。`,
        'Not yours to do',
        `This is for the ${refusal.role} of ${refusal.orgId}.`,
      ];
    case 'CONFLICT_OF_INTEREST': {
      const [zh, en] = DUTY_WORDS[refusal.duty];
      return ['不相容职责，应由他人办理', `${refusal.user} 已在本案中${zh}，请由其他人员办理。`, 'Not for the same person', `${refusal.user} ${en} in this case; somebody else has to do this.`];
    }
    case 'PERSON_RECUSED':
      return [
        '所列人员应当回避',
        `以下人员与该案件当事人有利害关系：${refusal.users.join('、')}。表决记为回避，走访请由他人进行。`,
        'Somebody named is recused',
        `They are near to the household: ${refusal.users.join(', ')}. Their vote is recused, and somebody else visits.`,
      ];
    case 'ID_NUMBER_INVALID':
      return [
        '身份证号码有误',
        `请核对 18 位身份证号码：${refusal.paths.join('、')}。`,
        'ID number invalid',
        `Check the 18-digit ID numbers: ${refusal.paths.join(', ')}.`,
      ];
    case 'HOUSEHOLD_ALREADY_FILED':
      return [
        '该家庭已有在办案件或在档档案',
        '一户一档：请在已有案件中办理。',
        'The household has a case or a file already',
        'One household, one file: go on in the case that it is linked to.',
      ];
    case 'GRASSROOTS_UNION_UNKNOWN':
      return [
        '无法确定受理的基层工会',
        '请填写职工所在单位工会，或居住地社区（街道）工会。',
        'No grassroots union found',
        "Name the employer's union or the community union of the residence.",
      ];
    case 'SIMULATION_OFF':
      return ['未开启模拟', '此服务未开启模拟时钟。', 'Simulation is off', 'This service does not run cases on a simulated clock.'];
    case 'SIMULATION_TARGET_NOT_POSSIBLE':
      return [
        '不能推进到该时刻',
        `案件当前时刻为 ${refusal.now}，请选择其后且不超过 20 年的时刻；按真实时间办理的案件不能推进。`,
        'The clock cannot be moved there',
        `The case is at ${refusal.now}. Choose a later instant within 20 years; a case on real time cannot be moved.`,
      ];
    case 'DATE_NOT_POSSIBLE': {
      const zhRange = [refusal.earliest && `不早于 ${refusal.earliest}`, refusal.latest && `不晚于 ${refusal.latest}`].filter(Boolean).join('，');
      const enRange = [refusal.earliest && `not before ${refusal.earliest}`, refusal.latest && `not after ${refusal.latest}`].filter(Boolean).join(' and ');
      return ['日期不合理', `${refusal.field} 应${zhRange}。`, 'Date not possible', `${refusal.field} must be ${enRange}.`];
    }
    case 'MEMBER_UNKNOWN':
      return [
        '家庭成员编号不存在',
        `申请中没有编号为 ${refusal.memberNos.join('、')} 的家庭成员。`,
        'Unknown household member',
        `The application has no member ${refusal.memberNos.join(', ')}.`,
      ];
    case 'MEMBER_NUMBER_TAKEN':
      return [
        '成员编号属于他人',
        `编号 ${refusal.memberNos.join('、')} 已属于另一名家庭成员（包括已离开家庭的成员）。一个编号始终只属于同一人：新成员请使用从未用过的编号，原有成员沿用原编号。更正姓名或身份证号码的，请同时填写另一项；更正与申请人关系的，请填写姓名或身份证号码。`,
        "The number is another member's",
        `Number ${refusal.memberNos.join(', ')} belongs to somebody else, who may have left the household. A number belongs to one person for good: give a new member a number that was never used, and let the others keep theirs. To correct a name or an ID number, send the other one as well; to correct a relation, send either.`,
      ];
    case 'MATERIALS_MISSING':
      return [
        '申请资料不齐',
        `还缺：${refusal.missing.map((m) => `${m.requirement}（${m.anyOf.join(' / ')}）`).join('；')}。`,
        'Materials are missing',
        `Still missing: ${refusal.missing.map((m) => `${m.requirement} (any of ${m.anyOf.join(', ')})`).join('; ')}.`,
      ];
    case 'AUTHORIZATION_MISSING':
      return [
        '缺少有效的核对承诺授权',
        `以下成年家庭成员尚未签署，或授权已过期：${refusal.memberNos.join('、')}。`,
        'Authorisation is missing',
        `These adult members have not signed, or too long ago: ${refusal.memberNos.join(', ')}.`,
      ];
    case 'AUTHORIZATION_NOT_SIGNED':
      return [
        '没有可撤回的授权',
        `以下家庭成员没有有效签署的授权：${refusal.memberNos.join('、')}。`,
        'There is nothing to take back',
        `These members have not signed an authorisation, or have taken it back already: ${refusal.memberNos.join(', ')}.`,
      ];
    case 'SIGNATURE_OF_ANOTHER':
      return [
        '不能代他人签署或撤回授权',
        `成年家庭成员 ${refusal.memberNos.join('、')} 须由其本人签署：请上传其签字的授权书（documentId），或由其本人到基层工会办理；撤回由其本人到基层工会办理。`,
        'Nobody signs for another adult',
        `Members ${refusal.memberNos.join(', ')} sign for themselves: name the scan of the paper that they have signed (documentId), or they bring it to their union. Taking it back is done at the union.`,
      ];
    case 'DOCUMENT_NOT_USABLE':
      return [
        '资料文件不可用',
        '所引用的文件不属于本案件，或尚未通过安全检查。请查看 documentIds。',
        'A document cannot be used',
        'It is no document of this case, or has not passed the virus scan. See documentIds.',
      ];
    case 'VISIT_INCOMPLETE':
      return [
        '走访记录不完整',
        `“四清”与走访人员须齐全，还缺：${refusal.missing.join('、')}。`,
        'The visit is incomplete',
        `All four sections and enough visitors are needed; missing: ${refusal.missing.join(', ')}.`,
      ];
    case 'CLASS_NOT_ELIGIBLE':
      return [
        '不符合该困难类别',
        refusal.eligible.length > 0 ? `按核定数据可选类别：${refusal.eligible.join('、')}。` : '按核定数据不符合任何困难类别。',
        'Not eligible for this class',
        refusal.eligible.length > 0 ? `By the figures it is eligible for: ${refusal.eligible.join(', ')}.` : 'By the figures it is eligible for no class.',
      ];
    case 'CLASS_REASON_REQUIRED':
      return [
        '须说明理由',
        `推荐类别为 ${refusal.recommended}，选择其他类别须填写理由。`,
        'A reason is required',
        `The recommended class is ${refusal.recommended}; another one needs a reason.`,
      ];
    case 'COMPARISON_REQUIRED':
      return ['须先完成信息比对', '请先登记有效的信息比对结果。', 'Comparison required', 'Record a valid data comparison first.'];
    case 'NOTICE_PLACE_NOT_ALLOWED':
      return [
        '公示地点不符合规定',
        `此次公示可选地点：${refusal.allowed.join('、')}。`,
        'Place of notice not allowed',
        `This notice may be posted at: ${refusal.allowed.join(', ')}.`,
      ];
    case 'CALENDAR_NOT_COVERED':
      return [
        '超出工作日历范围',
        `工作日历仅覆盖 ${refusal.coveredFrom} 至 ${refusal.coveredUntil}，请先导入新的放假安排。`,
        'Beyond the calendar',
        `The calendar covers ${refusal.coveredFrom} to ${refusal.coveredUntil}. Load the next year's arrangement first.`,
      ];
    case 'LIVING_STANDARD_MISSING':
      return [
        '缺少最低生活保障标准',
        `没有地区 ${refusal.regionCode} 在 ${refusal.onDate} 的标准，请先维护。`,
        'Living standard missing',
        `There is no standard of region ${refusal.regionCode} for ${refusal.onDate}. Enter it first.`,
      ];
    case 'POLICY_VALUE_MISSING':
      return [
        '政策参数缺失',
        `政策 ${refusal.profile} 未规定：${refusal.missing.join('、')}。`,
        'Policy value missing',
        `Policy ${refusal.profile} does not say: ${refusal.missing.join(', ')}.`,
      ];
    case 'OBJECTION_UNKNOWN':
      return ['异议不存在', '该公示没有此异议。', 'Unknown objection', 'The notice has no such objection.'];
    case 'OBJECTION_ALREADY_RESOLVED':
      return ['异议已处理', '该异议已有处理结果。', 'Objection already resolved', 'There is a finding on this objection already.'];
    case 'TOO_MANY_OBJECTIONS':
      return [
        '异议数量已达上限',
        `该公示已收到 ${refusal.max} 条异议，请联系公示的工会。`,
        'Too many objections',
        `The notice has drawn ${refusal.max} objections. Turn to the union that posted it.`,
      ];
    case 'BELOW_MIN_LIVING_FLOOR':
      return [
        '帮扶方案未达到低保标准',
        `还差 ${formatYuan(refusal.missingFen)} 元。`,
        'The plan stays below the living standard',
        `${formatYuan(refusal.missingFen)} yuan are still missing.`,
      ];
    case 'MEDICAL_CAP_EXCEEDED':
      return [
        '医疗救助超出年度自付总额',
        `年度自付 ${formatYuan(refusal.capFen)} 元，已安排 ${formatYuan(refusal.paidFen)} 元，剩余 ${formatYuan(refusal.remainingFen)} 元。`,
        'Medical aid exceeds the self-paid total of the year',
        `Cap ${formatYuan(refusal.capFen)} yuan, granted ${formatYuan(refusal.paidFen)}, left ${formatYuan(refusal.remainingFen)}.`,
      ];
    case 'PLAN_UNKNOWN':
      return ['方案不存在或已审批', '请选择待审批的帮扶方案。', 'No such plan to decide', 'Choose a plan that waits for a decision.'];
    case 'QUORUM_NOT_MET':
      return [
        '参会人数不足',
        `至少 ${refusal.needed} 人（回避者不计），现有 ${refusal.counted} 人。`,
        'Quorum not met',
        `At least ${refusal.needed} members who are not recused; there are ${refusal.counted}.`,
      ];
    case 'HANDLER_MAY_NOT_VOTE':
      return [
        '方案提出人不得表决',
        `${refusal.user} 提出了该方案，应回避。`,
        'The proposer may not vote',
        `${refusal.user} proposed the plan and must be recused.`,
      ];
    case 'VOTER_NOT_ENTITLED':
      return [
        '表决人员有误',
        `以下人员不是该工会的集体审批成员，或重复表决：${refusal.users.join('、')}。`,
        'Not entitled to vote',
        `Not members of this union's group, or voting twice: ${refusal.users.join(', ')}.`,
      ];
    case 'NO_FILE_NO_PAYMENT':
      return ['先建档、后帮扶', '该案件尚未建档，不能发放资金。', 'No file, no payment', 'The case has no file yet, so nothing can be paid.'];
    case 'PAYEE_NAME_MISMATCH':
      return [
        '收款人不是申请人本人',
        '实名制发放：银行账户户名须与申请人姓名一致。',
        'The payee is not the applicant',
        "Real-name payment: the account holder must be the applicant.",
      ];
    case 'PAYMENT_NOT_PAYABLE':
      return [
        '款项不可发放',
        refusal.paymentIds.length > 0 ? `以下款项不存在或已在发放中：${refusal.paymentIds.join('、')}。` : '请至少选择一笔待发放的款项。',
        'Not payable',
        refusal.paymentIds.length > 0 ? `Unknown, or on their way already: ${refusal.paymentIds.join(', ')}.` : 'Choose at least one payment that is due.',
      ];
    case 'DISBURSEMENT_ALREADY_RELEASED':
      return ['该批次已发放', '资金已放行，不能重复操作。', 'Already released', 'The money was released already.'];
    case 'DISBURSEMENT_DROPPED':
      return [
        '该批次已撤销',
        '编制后档案或收款账户有变动，资金未发放；尚应发放的，请重新编制。',
        'The batch was dropped',
        'The file or its account changed after it was prepared. No money was sent; what is still to be paid is prepared anew.',
      ];
    case 'SAME_PERSON_MAY_NOT_APPROVE':
      return ['编制人与放行人不得为同一人', '请由另一人放行。', 'One person may not do both', 'Somebody other than the preparer must release.'];
     case 'LIVING_STANDARD_PUBLISHED':
      return [
        '该地区已有公布的低保标准',
        `地区 ${refusal.regionCode} 的标准为每人每月 ${formatYuan(refusal.fenPerPersonMonth)} 元，不能另行填写。`,
        'The living standard is published',
        `Region ${refusal.regionCode} has ${formatYuan(refusal.fenPerPersonMonth)} yuan per person and month; another one cannot be given.`,
      ];
    case 'OUTCOME_NOT_SUPPORTED':
      return [
        '核查结果与核定数据不符',
        `按核定数据可选：${refusal.supported.map(outcomeInChinese).join('、')}。如确需选择“${outcomeInChinese(refusal.outcome)}”，由部门负责人说明理由后登记。`,
        'The figures say otherwise',
        `They bear out: ${refusal.supported.join(', ')}. For ${refusal.outcome} the head of department has to record it with a reason.`,
      ];
    case 'REASON_REQUIRED':
      return ['注销退档须说明理由', '请写明不符合建档条件的情形。', 'A cancellation needs a reason', 'Say which condition of the file is not met.'];
    case 'AID_REDUCTION_WITHOUT_CHANGE':
      return [
        '复核期内不得随意降低帮扶水平',
        `现行标准为每月 ${formatYuan(refusal.currentFen)} 元${refusal.reviewPeriodEndsOn ? `，复核期至 ${refusal.reviewPeriodEndsOn}` : ''}。家庭经济状况有明显变化的，请附变化情况与证明。`,
        'Aid may not be lowered inside the review period',
        `It is ${formatYuan(refusal.currentFen)} yuan a month${refusal.reviewPeriodEndsOn ? `, and the period ends on ${refusal.reviewPeriodEndsOn}` : ''}. Give the material change and its evidence.`,
      ];
    case 'EXIT_EVIDENCE_TOO_OLD':
      return [
        '退出依据过旧',
        `退出须有 ${refusal.earliest} 以后的入户走访，${refusal.visitedOn ? `最近一次为 ${refusal.visitedOn}` : '最近一次核查没有走访'}。请重新核查。`,
        'The evidence of the exit is too old',
        `An exit rests on a visit since ${refusal.earliest}; ${refusal.visitedOn ? `the last one was on ${refusal.visitedOn}` : 'the last recheck had none'}. Recheck again.`,
      ];
    case 'EXIT_CONFIRMATION_MISSING':
      return [
        '退出尚未确认',
        `还须确认：${refusal.missing.map((by) => (by === 'worker' ? '职工本人' : '基层工会')).join('、')}。`,
        'The exit is not confirmed',
        `Still to confirm: ${refusal.missing.join(', ')}.`,
      ];
    case 'EXIT_VERIFICATION_INCOMPLETE':
      return [
        '退出核实不完整',
        `还须核实：${refusal.missing.map((by) => (by === 'reviewingUnion' ? '县级以上工会' : '单位或街道（社区）工会')).join('、')}。`,
        'The exit is not verified',
        `Still to verify: ${refusal.missing.join(', ')}.`,
      ];
    case 'EXIT_REFUSED_WITH_VALID_REASON':
      return [
        '职工有正当理由拒绝退出',
        '请先重新核查该家庭。',
        'The worker refused with a valid reason',
        'The household has to be rechecked first.',
      ];
    case 'EXIT_NOTICE_REQUIRED':
      return ['须先完成退出公示', '退出公示期满且无异议后方可办结。', 'The exit notice is required', 'It has to end without objection first.'];
    case 'PHASE_OUT_TOO_LONG':
      return ['渐退期过长', `渐退期不超过 ${refusal.maxMonths} 个月。`, 'The phase-out is too long', `It is ${refusal.maxMonths} months at the most.`];
    case 'PHASE_OUT_NOT_ALLOWED':
      return [
        '不能设置该渐退期',
        `可选月数：${refusal.allowedMonths.join('、')}。`,
        'This phase-out is not allowed',
        `Possible months: ${refusal.allowedMonths.join(', ')}.`,
      ];
  }
}

const OUTCOME_WORDS: Record<RecheckOutcome, string> = { keep: '维持', changeClass: '调整类别', liftOut: '脱困退出', cancel: '注销退档', relieve: '解困' };

function outcomeInChinese(outcome: RecheckOutcome): string {
  return OUTCOME_WORDS[outcome];
}
