/** @type {import('jest').Config['transform']} */
const swc = {
  '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
};

/**
 * Unit tests need nothing; integration and scenario tests share one running stack (test/stack/).
 *
 * @type {import('jest').Config}
 */
const config = {
  projects: [
    { displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'], transform: swc },
    {
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.test.ts'],
      transform: swc,
      globalSetup: '<rootDir>/test/stack/setup.ts',
      globalTeardown: '<rootDir>/test/stack/teardown.ts',
    },
  ],
  reporters: ['default', '<rootDir>/test/stack/closing-line.mjs'],
  testTimeout: 180_000,
  maxWorkers: 2,
};

export default config;
