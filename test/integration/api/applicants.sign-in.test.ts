import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { freePorts } from '../../../infra/ports';
import { connect } from '../../../store/db';
import { waysToWrite } from '../../security/canaries';
import { OwnApi } from '../../stack/own-api';
import { testStack } from '../../stack/test-stack';
import { Applicant, codeFor, confirmCode, freshPhone, phoneKeyOf, requestCode, wrongCode } from '../given/applicant';
import { givenApplication } from '../given/application';
import { CallerAt } from '../given/caller';
import { freshPerson } from '../given/id-number';
import { expectProblem } from '../given/problem';
import { ServiceClient } from '../given/service-client';

const { url, databaseUrl } = testStack();
const pool = connect(databaseUrl, 2);
let client: ServiceClient;
beforeAll(async () => {
  client = await ServiceClient.connect(testStack());
});
afterAll(() => pool.end());

const anywhere = () => CallerAt.anywhere(url);
const someone = () => ({ phone: freshPhone(), idNumber: freshPerson().idNumber });
const refuse = async (caller: CallerAt, body: Parameters<typeof confirmCode>[1]) => expectProblem(await confirmCode(caller, body), 401, 'CODE_NOT_ACCEPTED');
const serves = async (caller: CallerAt) => (await caller.get('/v1/session')).status === 200;

/** As if so many minutes had gone by since the codes before were asked for. */
async function passMinutes(minutes: number): Promise<void> {
  await pool.query(`update sign_in_delay set blocked_until = blocked_until - make_interval(mins => $1) where kind in ('codePhone', 'codeAddress')`, [minutes]);
}

/** A number with a code on its way. */
async function withCode(who = someone(), asker = anywhere()): Promise<{ phone: string; idNumber: string; code: string }> {
  expect((await requestCode(asker, who.phone)).status).toBe(202);
  return { ...who, code: await codeFor(who.phone) };
}

/** The number of somebody who has a case. */
async function onFile(): Promise<{ phone: string; idNumber: string; caseId: string }> {
  const application = givenApplication();
  const phone = freshPhone();
  const { status, body } = await client.call('submitApplication', 'wx-liangxi-e1.clerk', { ...application, applicant: { ...application.applicant, phone } });
  expect(status).toBe(201);
  return { phone, idNumber: application.applicant.idNumber, caseId: body.id as string };
}

describe('a code', () => {
  test('is answered alike for a number on file and one that nobody has, and the message is the same', async () => {
    const [known, unknown] = [await onFile(), someone()];
    const replies = [await requestCode(anywhere(), known.phone), await requestCode(anywhere(), unknown.phone)];
    expect(replies.map(({ status, body }) => ({ status, body }))).toEqual(Array(2).fill({ status: 202, body: { expiresInSeconds: 300 } }));
    for (const { phone } of [known, unknown]) expect(await codeFor(phone)).toMatch(/^\d{6}$/);
  });

  test('with a wrong code nothing tells whether the number is on file, nor whether a code was ever sent', async () => {
    const known = await onFile();
    const asked = await withCode(known);
    const replies = [
      await confirmCode(anywhere(), { ...asked, code: wrongCode(asked.code) }),
      await confirmCode(anywhere(), { ...known, phone: freshPhone(), code: '123456' }),
      await confirmCode(anywhere(), { ...someone(), code: '123456' }),
    ];
    const bodies = replies.map(({ status, body }) => JSON.stringify({ status, ...(body as object), instance: undefined, requestId: undefined }));
    expect(new Set(bodies).size).toBe(1);
  });

  test('serves once, and the second use is refused like a wrong one', async () => {
    const right = await withCode();
    expect((await confirmCode(anywhere(), right)).status).toBe(200);
    await refuse(anywhere(), right);
  });

  test('tried by twenty at once lets one in', async () => {
    const right = await withCode();
    const replies = await Promise.all(Array.from({ length: 20 }, () => confirmCode(anywhere(), right)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(19);
  });

  test('is over after five wrong ones, also for who has the right one; tried at once, no more get through', async () => {
    const one = await withCode();
    for (let n = 0; n < 5; n++) await refuse(anywhere(), { ...one, code: wrongCode(one.code) });
    await refuse(anywhere(), one);

    const many = await withCode();
    await Promise.all(Array.from({ length: 30 }, () => confirmCode(anywhere(), { ...many, code: wrongCode(many.code) })));
    const { rows } = await pool.query<{ attempts: number }>('select attempts from sign_in_code where phone_key = $1', [phoneKeyOf(many.phone)]);
    expect(rows).toEqual([{ attempts: 3 }]);
    await refuse(anywhere(), many);
  });

  test('is not used up by strangers who guess: where it was asked for it serves all the same, and once', async () => {
    const owner = anywhere();
    const right = await withCode(someone(), owner);
    for (let n = 0; n < 6; n++) await refuse(anywhere(), { ...right, code: wrongCode(right.code) });
    await refuse(anywhere(), right);
    await refuse(owner, { ...right, code: wrongCode(right.code) }); // a slip
    expect((await confirmCode(owner, right)).status).toBe(200);
    await refuse(owner, right);
  });

  test('is not ended by a stranger who asks for a new one and guesses that', async () => {
    const [owner, stranger] = [anywhere(), anywhere()];
    const right = await withCode(someone(), owner);
    await passMinutes(2);
    const newer = await withCode(right, stranger);
    const { rows } = await pool.query<{ hash: Buffer }>('select code_hash as hash from sign_in_code where phone_key = $1', [phoneKeyOf(right.phone)]);
    for (let n = 0; n < 6; n++) await refuse(stranger, { ...right, code: wrongCode(newer.code) });
    await refuse(anywhere(), newer);
    const { rows: attempts } = await pool.query<{ attempts: number }>('select attempts from sign_in_code where code_hash = $1 order by attempts', [rows[0]!.hash]);
    expect(attempts).toEqual([{ attempts: 2 }, { attempts: 3 }]); // five guesses at one code, wherever they come from
    expect((await confirmCode(owner, right)).status).toBe(200);
  });

  test('that has served elsewhere serves no more where it was asked for', async () => {
    const owner = anywhere();
    const right = await withCode(someone(), owner);
    expect((await confirmCode(anywhere(), right)).status).toBe(200);
    await refuse(owner, right);
  });

  test('of one number is none of another, though both were sent at the same time', async () => {
    const [a, b] = [await withCode(), await withCode()];
    await refuse(anywhere(), { ...a, code: b.code === a.code ? wrongCode(a.code) : b.code });
    expect((await confirmCode(anywhere(), a)).status).toBe(200);
  });

  test('is over after five minutes', async () => {
    const right = await withCode();
    const { rows } = await pool.query<{ seconds: number }>('select extract(epoch from expires_at - now())::float8 as seconds from sign_in_code where phone_key = $1', [phoneKeyOf(right.phone)]);
    expect(rows[0]!.seconds).toBeLessThanOrEqual(300);
    await pool.query(`update sign_in_code set expires_at = now() - interval '1 second' where phone_key = $1`, [phoneKeyOf(right.phone)]);
    await refuse(anywhere(), right);
  });

  test('holds no more when a new one was sent', async () => {
    const before = await withCode();
    await passMinutes(2);
    const after = await withCode(before);
    if (after.code !== before.code) await refuse(anywhere(), before);
    expect((await confirmCode(anywhere(), after)).status).toBe(200);
  });

  test('is not used up by a slip in the ID number', async () => {
    const right = await withCode();
    const { errors } = expectProblem(await confirmCode(anywhere(), { ...right, idNumber: `${right.idNumber.slice(0, 17)}${right.idNumber.endsWith('1') ? '2' : '1'}` }), 400, 'INVALID_INPUT');
    expect(errors?.map(({ path }) => path)).toEqual(['body.idNumber']);
    expect((await confirmCode(anywhere(), right)).status).toBe(200);
  });

  test('comes after a pause that grows, whoever asks from wherever; confirming ends it', async () => {
    const { phone, idNumber } = someone();
    const waits: number[] = [];
    for (let n = 0; n < 5; n++) {
      expect((await requestCode(anywhere(), phone)).status).toBe(202);
      const { retryAfterSeconds } = expectProblem(await requestCode(anywhere(), phone), 429, 'SIGN_IN_DELAYED');
      waits.push(Math.round(Number(retryAfterSeconds) / 60));
      await passMinutes(waits.at(-1)!);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16]);
    expect((await requestCode(anywhere(), phone)).status).toBe(202);
    expect((await confirmCode(anywhere(), { phone, idNumber, code: await codeFor(phone) })).status).toBe(200);
    expect((await requestCode(anywhere(), phone)).status).toBe(202);
  });

  test('opens five new ID numbers a day with one telephone; those known are no new ones', async () => {
    const { phone } = someone();
    const people = Array.from({ length: 6 }, () => freshPerson().idNumber);
    const signIn = async (idNumber: string) => {
      expect((await requestCode(anywhere(), phone)).status).toBe(202);
      return confirmCode(anywhere(), { phone, idNumber, code: await codeFor(phone) });
    };
    for (const idNumber of people.slice(0, 5)) expect((await signIn(idNumber)).status).toBe(200);
    expectProblem(await signIn(people[5]!), 429, 'TOO_MANY_ID_NUMBERS');
    expect((await signIn(people[0]!)).status).toBe(200);
  });

  test('asked for thirty times at once is sent once', async () => {
    const { phone } = someone();
    const replies = await Promise.all(Array.from({ length: 30 }, () => requestCode(anywhere(), phone)));
    expect(replies.filter(({ status }) => status === 202)).toHaveLength(1);
  });

  test('from one address there are twenty for nothing; those that are confirmed do not count', async () => {
    const hall = anywhere();
    for (let n = 0; n < 3; n++) {
      const who = someone();
      expect((await requestCode(hall, who.phone)).status).toBe(202);
      expect((await confirmCode(hall, { ...who, code: await codeFor(who.phone) })).status).toBe(200);
    }
    for (let n = 0; n < 20; n++) expect((await requestCode(hall, freshPhone())).status).toBe(202);
    expectProblem(await requestCode(hall, freshPhone()), 429, 'SIGN_IN_DELAYED');
    expect((await requestCode(anywhere(), freshPhone())).status).toBe(202);
  });

  test.each(['051082701234', '1990000002', '29900000021', 'abc', '', '199000000211'])('is not sent to %j, which is no mobile number', async (phone) => {
    expectProblem(await requestCode(anywhere(), phone), 400, 'INVALID_INPUT');
  });

  test('a number is the same however it is written', async () => {
    const { phone, idNumber } = someone();
    expect((await requestCode(anywhere(), `+86 ${phone.slice(0, 3)}-${phone.slice(3, 7)}-${phone.slice(7)}`)).status).toBe(202);
    expect((await confirmCode(anywhere(), { phone: `0086${phone}`, idNumber, code: await codeFor(phone) })).status).toBe(200);
  });
});

test('wrong codes take about as long for a number with a code as for one without', async () => {
  const timed = async (body: Parameters<typeof confirmCode>[1]) => {
    const caller = anywhere();
    const startedAt = performance.now();
    await refuse(caller, body);
    return performance.now() - startedAt;
  };
  const withOne: number[] = [];
  const without: number[] = [];
  for (let n = 0; n < 8; n++) {
    const right = await withCode();
    for (let again = 0; again < 3; again++) {
      withOne.push(await timed({ ...right, code: wrongCode(right.code) }));
      without.push(await timed({ ...someone(), code: '123456' }));
    }
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  expect(median(withOne) / median(without)).toBeGreaterThan(0.4);
  expect(median(withOne) / median(without)).toBeLessThan(2.5);
});

describe('the session of an applicant', () => {
  test('says who it is by a number of its own, has cookie and bearer, and owes nothing', async () => {
    const right = await withCode();
    const { headers, body } = await confirmCode(anywhere(), right);
    expect(body.user).toEqual({ name: expect.stringMatching(/^applicant:[0-9a-f-]{36}$/) as string, orgId: '', orgName: '', roles: ['applicant'] });
    expect(headers.get('set-cookie')).toMatch(/HttpOnly/);
    expect(JSON.stringify(body)).not.toContain(right.phone);
    expect(JSON.stringify(body)).not.toContain(right.idNumber);
    expect(await serves(anywhere().another(body.token))).toBe(true);
  });

  test('ends after half an hour without a request, after twelve hours, and by leaving; the same person has the same account', async () => {
    const who = someone();
    const { caller } = await Applicant.signIn(who);
    const { body: me } = await caller.get<{ name: string }>('/v1/session');
    const touch = (change: string) => pool.query(`update session set ${change} where owner = $1`, [me.name]);
    await touch(`last_seen_at = now() - interval '29 minutes'`);
    expect(await serves(caller)).toBe(true);
    await touch(`last_seen_at = now() - interval '31 minutes'`);
    expect(await serves(caller)).toBe(false);

    const again = await Applicant.signIn(who);
    expect((await again.caller.get<{ name: string }>('/v1/session')).body.name).toBe(me.name);
    await touch('expires_at = now()');
    expect(await serves(again.caller)).toBe(false);

    const third = await Applicant.signIn(who);
    expect((await third.caller.delete('/v1/session')).status).toBe(204);
    expect(await serves(third.caller)).toBe(false);
  });

  test('signing out everywhere ends all of them at once, and one that another process is just beginning', async () => {
    const who = someone();
    const [one, other] = [await Applicant.signIn(who), await Applicant.signIn(who)];
    const { body } = await one.caller.get<{ items: { method: string; isCurrent: boolean }[] }>('/v1/sessions');
    expect(body.items.map(({ method }) => method)).toEqual(['phoneCode', 'phoneCode']);
    expect((await one.caller.delete('/v1/sessions')).status).toBe(204);
    expect([await serves(one.caller), await serves(other.caller)]).toEqual([false, false]);
    const late = await Applicant.signIn(who);
    const { body: me } = await late.caller.get<{ name: string }>('/v1/session');
    await pool.query('update session set epoch = epoch - 1 where owner = $1', [me.name]);
    expect(await serves(late.caller)).toBe(false);
  });

  test('is no session of staff: neither password, second factor, delegation nor calculators', async () => {
    const { caller } = await Applicant.signIn(someone());
    const asked = [
      caller.post('/v1/session/password', { currentPassword: 'x', newPassword: 'y' }),
      caller.post('/v1/session/second-factor'),
      caller.get('/v1/delegations'),
      caller.get('/v1/users'),
      caller.get('/v1/tasks'),
      caller.get('/v1/audit/entries'),
      caller.get('/v1/ratings/counts'),
      caller.send({ method: 'GET', path: '/v1/cases', headers: { 'on-behalf-of': 'wx-liangxi.handler' } }),
    ];
    for (const reply of await Promise.all(asked)) expectProblem(reply, 403, 'FORBIDDEN');
  });
});

describe('whoever has the database', () => {
  test('finds neither number nor code, of the sandbox neither, and no session that a dump would open', async () => {
    const right = await withCode();
    await confirmCode(anywhere(), { ...right, code: wrongCode(right.code) });
    const { caller } = await Applicant.signIn(someone());
    const secrets = [right.phone, right.idNumber, caller.token!].flatMap(waysToWrite);
    for (const table of ['sign_in_code', 'sms_sandbox_message', 'applicant_account', 'case_applicant', 'session', 'auth_event', 'audit_entry', 'sign_in_delay', 'rate_limit']) {
      const { rows } = await pool.query<{ line: string }>(`select t::text as line from ${table} t`);
      const text = rows.map(({ line }) => line).join('\n');
      expect({ table, found: secrets.filter((secret) => text.includes(secret)) }).toEqual({ table, found: [] });
    }
    // Six digits stand in many a hash: the code is looked for as a value of the audit and of the events.
    const { rows } = await pool.query<{ n: number }>(
      `select (select count(*) from audit_entry where details::text ~ $1) + (select count(*) from auth_event where details::text ~ $1) as n`,
      [`"${right.code}"`],
    );
    expect(rows[0]!.n).toBe(0);
  });

  test('reads in the audit that a code was asked for and refused, by nobody yet, and who has signed in', async () => {
    const right = await withCode();
    const caller = anywhere();
    await refuse(caller, { ...right, code: wrongCode(right.code) });
    const { body } = await confirmCode(caller, right);
    const { rows } = await pool.query<{ operation: string; kind: string; actorKind: string; actor: string | null; outcome: string; code: string | null }>(
      `select operation, kind, actor_kind as "actorKind", actor, outcome, code from audit_entry where operation = 'confirmCode' and address = $1 order by at`,
      [`${caller.address.split('.').slice(0, 3).join('.')}.0/24`],
    );
    expect(rows.slice(-2)).toEqual([
      { operation: 'confirmCode', kind: 'signIn', actorKind: 'anonymous', actor: null, outcome: 'refused', code: 'CODE_NOT_ACCEPTED' },
      { operation: 'confirmCode', kind: 'signIn', actorKind: 'applicant', actor: body.user.name, outcome: 'done', code: null },
    ]);
  });
});

describe('a gateway behind HTTP', () => {
  const taken: { authorization?: string; body: { to: string; text: string } }[] = [];
  let answer = 200;
  let gateway: Server;
  let api: OwnApi;
  beforeAll(async () => {
    gateway = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        taken.push({ authorization: request.headers.authorization, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as { to: string; text: string } });
        if (answer > 0) response.writeHead(answer, answer === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    const [metricsPort = 0] = await freePorts(1);
    api = await OwnApi.start({ SMS_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/messages`, SMS_TOKEN: 'a-token-of-the-gateway', METRICS_PORT: String(metricsPort) });
    expect((await fetch(`http://127.0.0.1:${metricsPort}/sms`)).status).toBe(404); // nobody reads what goes to telephones
  });
  afterAll(async () => {
    await api.stop();
    gateway.closeAllConnections();
    gateway.close();
  });

  test('is given number and text with its token, and the code of the text signs in', async () => {
    const who = someone();
    answer = 200;
    expect((await requestCode(CallerAt.anywhere(api.url), who.phone)).status).toBe(202);
    const { authorization, body } = taken.at(-1)!;
    expect({ authorization, to: body.to }).toEqual({ authorization: 'Bearer a-token-of-the-gateway', to: who.phone });
    const [code = ''] = /\d{6}/.exec(body.text) ?? [];
    expect((await confirmCode(CallerAt.anywhere(api.url), { ...who, code })).status).toBe(200);
    expect(api.log).not.toContain(code);
    expect(api.log).not.toContain(who.phone);
  });

  test.each([500, 302, 401, 0])('that answers %s (0: nothing) has sent nothing: the caller is told to try again, and the code serves nobody', async (status) => {
    const who = someone();
    answer = status;
    expectProblem(await requestCode(CallerAt.anywhere(api.url), who.phone), 503, 'SMS_NOT_SENT');
    const [code = ''] = /\d{6}/.exec(taken.at(-1)!.body.text) ?? [];
    await refuse(CallerAt.anywhere(api.url), { ...who, code });
    expect(api.log).not.toContain(who.phone);
    expect(api.log).not.toContain('a-token-of-the-gateway');
  });

  test('that has refused a message costs nobody a pause; one that has said nothing may have sent it, and does', async () => {
    const [refused, unclear] = [freshPhone(), freshPhone()];
    answer = 500;
    for (let n = 0; n < 3; n++) expectProblem(await requestCode(CallerAt.anywhere(api.url), refused), 503, 'SMS_NOT_SENT');
    answer = 0;
    expectProblem(await requestCode(CallerAt.anywhere(api.url), unclear), 503, 'SMS_NOT_SENT');
    answer = 200;
    expect((await requestCode(CallerAt.anywhere(api.url), refused)).status).toBe(202);
    expectProblem(await requestCode(CallerAt.anywhere(api.url), unclear), 429, 'SIGN_IN_DELAYED');
  });
});

test('where no messages are sent, applicants are told to go to the union', async () => {
  const api = await OwnApi.start({ SMS_SANDBOX: 'off' });
  try {
    expectProblem(await requestCode(CallerAt.anywhere(api.url), freshPhone()), 503, 'SMS_OFF');
  } finally {
    await api.stop();
  }
});
