import type { Config } from 'jest';

const swc: Config['transform'] = {
  '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
};

/** Unit tests need nothing; integration and scenario tests share one running stack (test/stack/). */
const config: Config = {
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
  testTimeout: 120_000,
  maxWorkers: 2,
};

export default config;
