import { wayToDatabase } from '../../../operations/checks/exposure';

const SECRET = 'x7Kq0pVt';

test.each([
  ['an embedded database', undefined],
  ['one on this machine', `postgresql://aid:${SECRET}@127.0.0.1:5432/aid`],
  ['one on this machine, by IPv6', `postgresql://aid:${SECRET}@[::1]:5432/aid`],
  ['one elsewhere by TLS, its certificate checked', `postgresql://aid:${SECRET}@db.union.example/aid?sslmode=verify-full&sslrootcert=/etc/ca.pem`],
])('%s is well', (_what, databaseUrl) => {
  expect(wayToDatabase({ databaseUrl }).level).toBe('ok');
});

test.each(['', '?sslmode=disable', '?sslmode=require', '?sslmode=no-verify', '?application_name=verify-full'])('a database elsewhere with "%s" is warned of by its setting, without its password', (query) => {
  const outcome = wayToDatabase({ databaseUrl: `postgresql://aid:${SECRET}@127.0.0.1/aid`, apiDatabaseUrl: `postgresql://api:${SECRET}@db.union.example/aid${query}` });
  expect(outcome).toMatchObject({ level: 'warning', says: expect.stringMatching(/^API_DATABASE_URL: /) as string });
  expect(JSON.stringify(outcome)).not.toContain(SECRET);
});
