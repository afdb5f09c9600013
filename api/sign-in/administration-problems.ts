import { HttpProblem } from '../problem';

export const cannotAdministerOneself = () =>
  new HttpProblem(403, 'CANNOT_ADMINISTER_ONESELF', {
    zh: { title: '不能管理自己', detail: '请由其他管理员办理。' },
    en: { title: 'Not oneself', detail: 'Another administrator has to do it.' },
  });

export const organisationUnknown = () =>
  new HttpProblem(422, 'ORGANISATION_UNKNOWN', {
    zh: { title: '没有该工会组织', detail: '本级及下级没有这个工会组织。' },
    en: { title: 'No such organisation', detail: 'There is no such organisation in your own or below it.' },
  });

const WHY_NOT = {
  notAtThisLevel: { zh: '有的角色在该级工会不存在。', en: 'Some of these roles do not exist at that level.' },
  adminStandsAlone: { zh: '管理员不得兼任其他角色，因其不能查看案件内容。', en: 'An administrator has no other role: he sees no case content.' },
};

export const rolesNotPossible = (reason: keyof typeof WHY_NOT) =>
  new HttpProblem(
    422,
    'ROLES_NOT_POSSIBLE',
    { zh: { title: '角色不可用', detail: WHY_NOT[reason].zh }, en: { title: 'Not these roles', detail: WHY_NOT[reason].en } },
    { reason },
  );

export const nameTaken = () =>
  new HttpProblem(409, 'USER_NAME_TAKEN', {
    zh: { title: '用户名已被使用', detail: '请换一个用户名；仅大小写不同也视为相同。' },
    en: { title: 'The name is taken', detail: 'Choose another; capitals make no difference.' },
  });

export const oidcOff = () =>
  new HttpProblem(409, 'OIDC_OFF', {
    zh: { title: '未启用统一身份登录', detail: '系统未配置统一身份平台。' },
    en: { title: 'No identity provider', detail: 'None is set up here.' },
  });

export const subjectTaken = () =>
  new HttpProblem(409, 'OIDC_SUBJECT_TAKEN', {
    zh: { title: '该统一身份账号已关联其他用户', detail: '请先解除原有关联。' },
    en: { title: 'Linked to another user', detail: 'Take that link away first.' },
  });

export const scopesNotPossible = (scopes: readonly string[]) =>
  new HttpProblem(
    422,
    'SCOPES_NOT_POSSIBLE',
    {
      zh: { title: '授权范围不可用', detail: '机器客户端不得执行这些操作。' },
      en: { title: 'Not these scopes', detail: 'No machine may do these.' },
    },
    { scopes },
  );
