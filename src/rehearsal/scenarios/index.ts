import type { Scenario } from './scenario.js'

/** All scenarios, in the order of help texts. */
export const scenarios: readonly Scenario[] = []
