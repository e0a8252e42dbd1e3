import { fileURLToPath } from 'node:url'
import { systemClock } from '../adapters/clock.js'
import { createFiles } from '../adapters/files/files.js'
import { kubectlProgram, kubectlVersion } from '../adapters/kubectl.js'
import type { ChartFiles } from '../core/plan/types.js'
import { loadChart } from '../flows/load-chart.js'
import type { Clock } from '../ports/clock.js'
import type { Kubeconfig } from '../ports/cluster.js'
import type { Files, Preferences } from '../ports/files.js'
import type { Helm } from '../ports/helm.js'
import type { CommonOptions } from './options.js'
import { UsageError, usageCause } from './usage-error.js'

/** The ports of one run, and what they need to be closed at its end. */
export interface Environment {
  clock: Clock
  files: Files
  /** Loaded on first use: only the wizard remembers things. */
  preferences(): Promise<Preferences>
  chart: ChartFiles
  helm: Helm
  kubeconfig: Kubeconfig
  kubectlVersion(): Promise<string>
  rehearsal: boolean
  /** How many times faster than a real cluster the simulated one lives. */
  pace?: number
  /** The context that a rehearsal brings with it. */
  rehearsalContext?: string
  /** Environment that children (Helm, kubectl) get on top of ours. */
  childEnv: Record<string, string>
  dispose(): Promise<void>
}

/** The package's folder: dist/ is one level below it. */
export const packageRoot = fileURLToPath(new URL('..', import.meta.url))

/** Puts the adapters behind the ports. With `--rehearse` they speak to a simulated cluster inside this process. */
export async function openEnvironment(
  options: Pick<CommonOptions, 'rehearse'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Environment> {
  const files = createFiles()
  const [chart, rehearsal, { createHelm }, { createKubeconfig }] = await Promise.all([
    loadChart(files, packageRoot.replace(/[\\/]$/, '')),
    options.rehearse ? startRehearsal(options.rehearse) : undefined,
    import('../adapters/helm/helm.js'),
    import('../adapters/kubernetes/kubeconfig.js'),
  ])
  const childEnv = rehearsal?.env ?? {}
  const fullEnv = { ...env, ...childEnv }
  const kubectl = kubectlProgram(env)
  return {
    clock: systemClock,
    files,
    chart,
    preferences: async () =>
      (await import('../adapters/preferences/preferences.js')).createPreferences(env.MLFLOW_SETUP_CONFIG_DIR),
    helm: createHelm({ chart: chart.path, env: childEnv, ...(env.MLFLOW_SETUP_HELM ? { program: env.MLFLOW_SETUP_HELM } : {}) }),
    kubeconfig: createKubeconfig({ kubectl, env: fullEnv }),
    kubectlVersion: () => kubectlVersion(kubectl),
    rehearsal: rehearsal !== undefined,
    ...(rehearsal ? { rehearsalContext: rehearsal.context, pace: rehearsal.speed } : {}),
    childEnv,
    dispose: async () => rehearsal?.stop(),
  }
}

async function startRehearsal(wanted: string | boolean) {
  const rehearsal = await import('../rehearsal/index.js')
  const scenario = typeof wanted === 'string' && wanted !== '' ? wanted : undefined
  const known = rehearsal.scenarioNames.map((s) => s.name)
  if (scenario !== undefined && !known.includes(scenario)) {
    throw new UsageError(`there is no rehearsal called "${scenario}"`, [
      usageCause('rehearsal-unknown', `there is no rehearsal called "${scenario}"`, `Choose one of: ${known.join(', ')}`),
    ])
  }
  return rehearsal.startRehearsal(scenario === undefined ? {} : { scenario })
}
