import { fileURLToPath } from 'node:url'
import { createFiles } from '../../../src/adapters/files/files.js'
import type { ChartFiles } from '../../../src/core/plan/types.js'
import { loadChart } from '../../../src/flows/load-chart.js'

/** The repository. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '')

/** The chart and the presets as they are published. */
export const chart = (): Promise<ChartFiles> => loadChart(createFiles(), root)
