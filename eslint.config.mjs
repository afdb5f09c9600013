import tseslint from 'typescript-eslint';

/** What may import what: the folder listing is the architecture (CONTRIBUTING.md). */
const mayNotImport = (files, ...patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});
const runtime = { regex: '^(@temporalio/|fastify|@fastify/|pg$|zod|node:)', message: 'domain/ is pure: no engine, HTTP, database or Node.' };
const outer = (...folders) => ({ regex: `^(\\.\\./)+(${folders.join('|')})/`, message: 'This folder may not import that one (CONTRIBUTING.md).' });

export default tseslint.config(
  { ignores: ['node_modules/', '.data/', 'coverage/', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Leaving fields out of an object by destructuring is the plain way to say which ones stay behind.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // No test can tell a secret that was guessed well from one that nobody can guess.
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'node:crypto: what is random here must not be guessed.' }],
    },
  },
  mayNotImport(['domain/**'], runtime, outer('access', 'api', 'audit', 'workflows', 'activities', 'policies', 'security', 'store', 'worker', 'infra', 'service', 'rehearse', 'operations')),
  mayNotImport(['access/**'], { ...runtime, message: 'access/ is data and pure functions: no engine, HTTP, database or Node.' }, outer('api', 'audit', 'workflows', 'activities', 'policies', 'security', 'store', 'worker', 'infra', 'service', 'rehearse', 'operations')),
  mayNotImport(
    ['workflows/**'],
    { regex: '^(fastify|@fastify/|pg$|zod|node:)', message: 'Workflow code is deterministic: no HTTP, database, zod or Node.' },
    outer('api', 'audit', 'policies', 'security', 'store', 'worker', 'infra', 'service', 'rehearse', 'operations'),
  ),
  mayNotImport(['store/**'], outer('api', 'audit', 'workflows', 'activities', 'worker', 'service', 'rehearse', 'operations')),
  mayNotImport(['audit/**'], outer('api', 'workflows', 'activities', 'worker', 'service', 'rehearse', 'operations')),
  mayNotImport(['activities/**'], outer('api', 'worker', 'service', 'rehearse', 'operations')),
  mayNotImport(['infra/**'], outer('access', 'api', 'audit', 'workflows', 'activities', 'domain', 'policies', 'security', 'store', 'worker', 'service', 'rehearse', 'operations')),
  mayNotImport(['security/**'], outer('access', 'api', 'audit', 'workflows', 'activities', 'domain', 'policies', 'store', 'worker', 'service', 'file-import', 'bank-sandbox', 'rehearse', 'operations')),
  mayNotImport(['documents/**'], outer('access', 'api', 'audit', 'workflows', 'activities', 'domain', 'policies', 'store', 'worker', 'service', 'rehearse', 'operations')),
  mayNotImport(['file-import/**'], outer('api', 'audit', 'workflows', 'activities', 'security', 'store', 'worker', 'service', 'operations')),
  mayNotImport(['rehearse/**'], outer('api', 'audit', 'workflows', 'activities', 'security', 'store', 'worker', 'operations')),
  mayNotImport(['api/**', 'worker/**', 'policies/**', 'bank-sandbox/**', 'service/**'], outer('operations')),
  mayNotImport(['operations/**'], outer('service', 'rehearse', 'bank-sandbox', 'test')),
  {
    // bench/floor measures the engine without any work of ours.
    files: ['api/**', 'worker/**', 'operations/**', 'service/**'],
    rules: {
      'no-restricted-syntax': ['error', { selector: "NewExpression[callee.name='Client']", message: 'engineClient (infra/temporal/engine-client.ts): a client of its own would send unsealed payloads.' }],
    },
  },
  { files: ['test/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off', 'no-restricted-properties': 'off' } },
);
