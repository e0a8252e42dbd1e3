export { createHealth, reduceHealth, type HealthState } from './state.js'
export { viewHealth } from './view.js'
