import { OwnService } from '../../stack/own-service';
import { OWN_PASSWORD, settledUser } from '../given/account';
import { CallerAt } from '../given/caller';
import { expectProblem } from '../given/problem';

let own: OwnService;
let caller: CallerAt;
beforeAll(async () => {
  own = await OwnService.start({ PUBLIC_URL: 'https://help.example.org', SESSION_IDLE_MINUTES: '10', SESSION_HOURS: '2' });
  caller = CallerAt.anywhere(own.service.url);
});
afterAll(() => own.stop());

test('under TLS the cookie is secure and of this host alone; one of the plain name, which another host can plant, counts for nothing', async () => {
  const { headers, body } = await caller.login('wx.handler', 'demo-password');
  expect(headers.get('set-cookie')).toBe(`__Host-bihuan_session=${String(body.token)}; Path=/; HttpOnly; Secure; SameSite=Strict`);
  const whoAmI = (cookie: string) => caller.send({ method: 'GET', path: '/v1/session', headers: { cookie } });
  expectProblem(await whoAmI(`bihuan_session=${String(body.token)}`), 401, 'UNAUTHENTICATED');
  expect((await whoAmI(`bihuan_session=planted; __Host-bihuan_session=${String(body.token)}`)).status).toBe(200);
});

test('how long sessions last is what was set', async () => {
  const somebody = await caller.another().signIn('wx.head', 'demo-password');
  const { rows } = await own.pool.query<{ hours: number }>(`select extract(epoch from expires_at - created_at)::float8 / 3600 as hours from session where user_id = 'wx.head'`);
  expect(rows[0]!.hours).toBeCloseTo(2, 3);
  await own.pool.query(`update session set last_seen_at = now() - interval '9 minutes' where user_id = 'wx.head'`);
  expect((await somebody.get('/v1/session')).status).toBe(200);
  await own.pool.query(`update session set last_seen_at = now() - interval '11 minutes' where user_id = 'wx.head'`);
  expectProblem(await somebody.get('/v1/session'), 401, 'UNAUTHENTICATED');
});

test('sessions, delays and second factors outlive a restart', async () => {
  const admin = await caller.another().signIn('wx.admin', 'demo-password');
  const { name, authenticator } = await settledUser(admin, CallerAt.anywhere(own.service.url));
  const handler = await caller.another().signIn('wx.finance', 'demo-password');
  const guesser = CallerAt.anywhere(own.service.url);
  for (let n = 0; n < 5; n++) await guesser.login('wx.treasurer', 'wrong password');
  await own.halt();
  await own.startAgain();
  const again = new CallerAt(own.service.url, guesser.address);
  expectProblem(await again.login('wx.treasurer', 'demo-password'), 429, 'SIGN_IN_DELAYED');
  expect((await again.login(name, OWN_PASSWORD, await authenticator.nextCode())).status).toBe(200);
  expect((await again.another(handler.token).get('/v1/session')).status).toBe(200);
});
