// Vitest reporter: the last line of a run is `N passed, N failed`, whoever reads it (a person, a script, CI).
// What fails without being a test counts too, so that the line never looks better than the run was.

/** The line that closes a run. */
export const closingLine = (passed, failed) => `${passed} passed, ${failed} failed`

/** Matches the closing line. */
export const closingPattern = /^\d+ passed, \d+ failed$/

/**
 * Counts a finished run.
 * @param {Iterable<import('vitest/node').TestModule>} modules the run's files
 * @param {readonly unknown[]} unhandled errors that belong to no test
 * @returns {{passed: number, failed: number}} a file that cannot be loaded, a suite whose hook failed, and an unhandled
 *   error count as one failed each
 */
export function count(modules, unhandled) {
  let passed = 0
  let failed = unhandled.length
  for (const module of modules) {
    const tests = [...module.children.allTests()]
    const before = failed
    for (const test of tests) {
      const { state } = test.result()
      if (state === 'passed') passed += 1
      else if (state === 'failed') failed += 1
    }
    const suites = [module, ...module.children.allSuites()]
    failed += suites.filter((suite) => suite.errors().length > 0).length
    // Nothing inside tells why, but the file did not pass (or holds no test at all).
    if (failed === before && (module.state() === 'failed' || tests.length === 0)) failed += 1
  }
  return { passed, failed }
}

export default class ClosingLine {
  onTestRunEnd(modules, unhandled, reason) {
    const { passed, failed } = count(modules, unhandled)
    const none = passed + failed === 0 || (reason === 'failed' && failed === 0)
    const line = closingLine(passed, none ? 1 : failed)
    if (none || failed > 0) process.exitCode = 1
    // At exit: other reporters and Vitest itself still print after this hook.
    process.once('exit', () => process.stdout.write(`${line}\n`))
  }
}
