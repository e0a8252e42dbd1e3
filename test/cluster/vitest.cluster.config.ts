import { defineConfig } from 'vitest/config'

/** The suites on a real cluster: one after another, since each changes the cluster that all share. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/cluster/**/*.test.ts'],
    environment: 'node',
    testTimeout: 600_000,
    hookTimeout: 900_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    sequence: { concurrent: false },
    env: { NO_COLOR: '1', FORCE_COLOR: '0' },
  },
})
