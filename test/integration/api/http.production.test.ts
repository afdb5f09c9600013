import { OwnApi } from '../../stack/own-api';

test('in production the API names everything that speaks against it at once, with how to mend it, and does not start', async () => {
  const said = await OwnApi.refusal({ NODE_ENV: 'production', HOST: '0.0.0.0', SIMULATION: 'on', PUBLIC_URL: 'http://aid.example.org' });
  const { error } = JSON.parse(said.trim().split('\n').at(-1)!) as { error: string };
  for (const part of ['HOST is 0.0.0.0', 'TLS_CERT_FILE', 'TRUST_PROXY', 'PUBLIC_URL begins with http:', 'SIMULATION is on', 'demo users']) expect(error).toContain(part);
});

test('a mistake of the settings is told before anything is listened to', async () => {
  expect(await OwnApi.refusal({ TRUST_PROXY: 'true' })).toContain('TRUST_PROXY names \\"true\\"');
});
