import { clusterScenarios } from './cluster.js'
import { lockScenarios } from './helm-locked.js'
import { podScenarios } from './pods.js'
import type { Scenario } from './scenario.js'

/** All scenarios, in the order of help texts. */
export const scenarios: readonly Scenario[] = [...podScenarios, ...clusterScenarios, ...lockScenarios]
