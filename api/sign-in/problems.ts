import { HttpProblem } from '../problem';
import type { PasswordFault } from './password-policy';

/** Wrong name, wrong password, disabled: one answer for all of them. */
export const signInFailed = () =>
  new HttpProblem(401, 'UNAUTHENTICATED', {
    zh: { title: '登录失败', detail: '用户名或密码不正确。' },
    en: { title: 'Sign-in failed', detail: 'User name and password do not fit together.' },
  });

export const secondFactorAsked = () =>
  new HttpProblem(401, 'SECOND_FACTOR_REQUIRED', {
    zh: { title: '需要动态验证码', detail: '请同时填写验证器上的 6 位动态码，或一个备用恢复码。' },
    en: { title: 'A code is needed', detail: 'Send the six digits of the authenticator, or a recovery code, along with the password.' },
  });

export const codeWrong = () =>
  new HttpProblem(401, 'SECOND_FACTOR_WRONG', {
    zh: { title: '验证码不正确', detail: '动态码不正确、已失效或已使用过。请等待下一个动态码。' },
    en: { title: 'Wrong code', detail: 'The code is wrong, over, or has been used already. Wait for the next one.' },
  });

export const signInDelayed = (seconds: number) =>
  new HttpProblem(
    429,
    'SIGN_IN_DELAYED',
    {
      zh: { title: '登录失败次数过多', detail: `请在 ${seconds} 秒后再试。` },
      en: { title: 'Too many failures', detail: `Try again in ${seconds} seconds.` },
    },
    { retryAfterSeconds: seconds },
    { 'retry-after': String(seconds) },
  );

/** No code was sent, it is over, used, or another one; too many attempts: one answer for all of them. */
export const phoneCodeWrong = () =>
  new HttpProblem(401, 'CODE_NOT_ACCEPTED', {
    zh: { title: '验证码不正确', detail: '验证码不正确、已失效或已使用。请核对，或重新获取。' },
    en: { title: 'Wrong code', detail: 'The code is wrong, over, or has been used. Look again, or ask for a new one.' },
  });

/** Who has one telephone and tries out the ID numbers of many. */
export const tooManyIdNumbers = () =>
  new HttpProblem(
    429,
    'TOO_MANY_ID_NUMBERS',
    {
      zh: { title: '该手机号今日使用的身份证号码过多', detail: '请明天再试，或到所在基层工会办理。' },
      en: { title: 'Too many ID numbers with this telephone', detail: 'Try again tomorrow, or go to your union.' },
    },
    {},
    { 'retry-after': '86400' },
  );

export const smsNotSent = (cause: Error) =>
  Object.assign(
    new HttpProblem(
      503,
      'SMS_NOT_SENT',
      {
        zh: { title: '短信未能发出', detail: '请稍后重新获取验证码。' },
        en: { title: 'The message could not be sent', detail: 'Ask for a new code in a minute.' },
      },
      {},
      { 'retry-after': '60' },
    ),
    { cause },
  );

export const smsOff = () =>
  new HttpProblem(503, 'SMS_OFF', {
    zh: { title: '暂不能以手机登录', detail: '短信服务未配置。请到所在基层工会办理。' },
    en: { title: 'Not by telephone', detail: 'No short messages are sent here. Please go to your union.' },
  });

export const firstPasswordOver = () =>
  new HttpProblem(401, 'FIRST_PASSWORD_EXPIRED', {
    zh: { title: '初始密码已过期', detail: '请联系管理员重新生成初始密码。' },
    en: { title: 'The first password is over', detail: 'Ask the administrator for a new one.' },
  });

export const passwordChangeRequired = () =>
  new HttpProblem(403, 'PASSWORD_CHANGE_REQUIRED', {
    zh: { title: '请先修改密码', detail: '初始密码只能用于设置新密码（changePassword）。' },
    en: { title: 'Change the password first', detail: 'The first password serves to set your own (changePassword).' },
  });

export const enrolmentRequired = () =>
  new HttpProblem(403, 'SECOND_FACTOR_ENROLMENT_REQUIRED', {
    zh: { title: '请先绑定验证器', detail: '请先完成动态验证码绑定（startSecondFactor、confirmSecondFactor）。' },
    en: { title: 'Enrol a second factor first', detail: 'Enrol an authenticator (startSecondFactor, confirmSecondFactor).' },
  });

export const codeStillRequired = () =>
  new HttpProblem(403, 'SECOND_FACTOR_REQUIRED', {
    zh: { title: '需要动态验证码', detail: '请先提交动态验证码（provideSecondFactor）。' },
    en: { title: 'A code is needed', detail: 'Give the code first (provideSecondFactor).' },
  });

export const passwordNotAccepted = (reasons: readonly PasswordFault[]) =>
  new HttpProblem(
    422,
    'PASSWORD_NOT_ACCEPTED',
    {
      zh: { title: '密码不符合要求', detail: '密码须为 12 至 128 个字符，不得为常见密码、键盘或数字规律，也不得主要由用户名或单位名称组成，且不得与当前密码相同。' },
      en: { title: 'Not a password to rely on', detail: '12 to 128 characters, no common password, no pattern, not made of the user name or the organisation, and another than before.' },
    },
    { reasons },
  );

export const currentPasswordWrong = () =>
  new HttpProblem(422, 'CURRENT_PASSWORD_WRONG', {
    zh: { title: '当前密码不正确', detail: '请重新填写当前密码。' },
    en: { title: 'Wrong current password', detail: 'The current password does not fit.' },
  });

export const enrolledAlready = () =>
  new HttpProblem(409, 'SECOND_FACTOR_ENROLLED', {
    zh: { title: '已绑定验证器', detail: '更换验证器须由管理员重置。' },
    en: { title: 'Enrolled already', detail: 'Only an administrator can take it away.' },
  });

export const enrolmentNotStarted = () =>
  new HttpProblem(409, 'SECOND_FACTOR_NOT_STARTED', {
    zh: { title: '尚未开始绑定', detail: '请先调用 startSecondFactor。' },
    en: { title: 'Not started', detail: 'Start with startSecondFactor.' },
  });

export const confirmationWrong = () =>
  new HttpProblem(422, 'CODE_NOT_ACCEPTED', {
    zh: { title: '验证码不正确', detail: '请核对手机时间，填写当前显示的 6 位动态码。' },
    en: { title: 'Wrong code', detail: 'Check the clock of the telephone and send the six digits that it shows now.' },
  });

export const demoUserIsShared = () =>
  new HttpProblem(409, 'DEMO_USER', {
    zh: { title: '演示用户不可更改', detail: '演示用户为大家共用，不能修改其登录方式。' },
    en: { title: 'A demo user', detail: 'Demo users are shared; how they sign in cannot be changed.' },
  });

export const oidcFailed = () =>
  new HttpProblem(401, 'OIDC_SIGN_IN_FAILED', {
    zh: { title: '统一身份登录失败', detail: '登录未完成，或该账号未由管理员关联到有效用户。请重新登录或联系管理员。' },
    en: { title: 'Sign-in failed', detail: 'The sign-in was not completed, or no administrator has linked that account to an active user.' },
  });

export const oidcAway = () =>
  new HttpProblem(
    503,
    'OIDC_UNAVAILABLE',
    {
      zh: { title: '统一身份平台不可用', detail: '请稍后再试。' },
      en: { title: 'The identity provider does not answer', detail: 'Try again shortly.' },
    },
    {},
    { 'retry-after': '10' },
  );
