import { defineConfig } from 'vitest/config'

/** The suites of `npm test`. The real cluster has a configuration of its own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/cluster/**', 'node_modules/**'],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    env: { NO_COLOR: '1', FORCE_COLOR: '0' },
  },
})
