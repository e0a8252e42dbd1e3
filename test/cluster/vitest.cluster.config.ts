import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The cluster's own suite first: when the cluster is broken, that is what the first failure says. Then by name. */
class ClusterFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (moduleId.endsWith('/cluster.test.ts') ? '' : moduleId)
    return files.sort((a, b) => rank(a).localeCompare(rank(b)))
  }
}

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
    sequence: { concurrent: false, sequencer: ClusterFirst },
    env: { NO_COLOR: '1', FORCE_COLOR: '0' },
  },
})
