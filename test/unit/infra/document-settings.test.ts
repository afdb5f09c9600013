import { documentEnvironment, readDocumentSettings } from '../../../infra/document-settings';
import { EnvironmentReader, type Environment } from '../../../infra/environment';

const BUCKET = { S3_BUCKET: 'papers', S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'hush' };

function read(env: Environment) {
  const reader = new EnvironmentReader({ DATA_DIR: '/srv/bihuan', ...env });
  return { settings: readDocumentSettings(reader), mistakes: reader.mistakes };
}

test('without a bucket documents lie in the data directory', () => {
  expect(read({})).toEqual({ settings: { directory: '/srv/bihuan/documents', s3: undefined, clamd: undefined }, mistakes: [] });
});

test('nobody’s documents go to a place that was not named: a bucket needs its server or its region', () => {
  const { settings, mistakes } = read(BUCKET);
  expect(settings.s3).toBeUndefined();
  expect(mistakes).toEqual(['S3_BUCKET is set without S3_ENDPOINT or S3_REGION, which say where the bucket is']);
});

test.each<[string, Environment, object]>([
  ['a server of one’s own', { S3_ENDPOINT: 'https://s3.union.example' }, { endpoint: 'https://s3.union.example' }],
  ['a region', { S3_REGION: 'cn-north-1' }, { region: 'cn-north-1', endpoint: undefined }],
])('%s says where, and a process that is handed it reads the same', (_what, place, expected) => {
  const { settings, mistakes } = read({ ...BUCKET, ...place });
  expect(mistakes).toEqual([]);
  expect(settings.s3).toMatchObject({ bucket: 'papers', ...expected });
  expect(read(documentEnvironment(settings)).settings).toEqual(settings);
});

test('half of a bucket is a mistake, and no secret is repeated', () => {
  const { mistakes } = read({ S3_BUCKET: 'papers', S3_SECRET_ACCESS_KEY: 'hush', S3_REGION: 'cn-north-1' });
  expect(mistakes).toEqual(['S3_BUCKET is set without S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY']);
});
