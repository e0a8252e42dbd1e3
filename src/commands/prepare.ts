import { resolve as resolvePath } from 'node:path'
import { makePlan } from '../core/plan/make-plan.js'
import { isPending } from '../core/plan/release.js'
import type { Plan, Target } from '../core/plan/types.js'
import { releaseLayer } from '../core/settings/layers.js'
import type { Layer } from '../core/settings/types.js'
import type { Cluster } from '../ports/cluster.js'
import { gather, missingAnswers, presetOf, refuseIncomplete, resolveAll, withPreset, type Given } from './answers.js'
import type { Environment } from './environment.js'
import type { DeployFlags } from './options.js'

/** The cluster of a run, or why there is no connection; and the release that is there. */
export interface Place {
  target: Target
  cluster: Cluster | Error
  /** User-supplied values of the release, when there is one. */
  existing?: string
}

/** A plan, and the secrets that were typed (they are never inside the plan). */
export interface Prepared {
  plan: Plan
  typed: Record<string, string>
  place: Place
}

/** Connects and looks for the release. Never throws: what is wrong becomes a failing check. */
export async function locate(environment: Environment, wanted: { context?: unknown; namespace?: unknown; release?: unknown }): Promise<Place> {
  const context = typeof wanted.context === 'string' ? wanted.context : environment.rehearsalContext
  const cluster = await environment.kubeconfig.connect(context).catch((error: Error) => error)
  const target = {
    context: cluster instanceof Error ? (context ?? '') : cluster.context,
    namespace: String(wanted.namespace ?? 'mlflow'),
    release: String(wanted.release ?? 'mlflow'),
  }
  if (cluster instanceof Error) return { target, cluster }
  const existing = await existingValues(environment, target).catch(() => undefined)
  return { target, cluster, ...(existing === undefined ? {} : { existing }) }
}

async function existingValues({ helm }: Environment, target: Target): Promise<string | undefined> {
  const history = await helm.history(target)
  // A first install that never ended has no values to build on; its lock is reported by the checks.
  if (history.length === 0 || (history.length === 1 && isPending(history[0]))) return undefined
  return helm.values(target)
}

/** Everything without questions: flags, files, environment, the release that is there. @throws UsageError */
export async function prepare(environment: Environment, flags: DeployFlags, argv: readonly string[]): Promise<Prepared> {
  const given = await gather(flags, environment.files, environment.chart, process.env)
  // What is wrong without any cluster is said before one is contacted.
  const early = withPreset(given.layers, environment.chart, presetOf(given.layers) ?? 'dev')
  refuseIncomplete(resolveAll(early, environment.chart).resolved.answers, ['context', 'preset'], argv)

  const { answers } = resolveAll(given.layers, environment.chart).resolved
  const place = await locate(environment, answers)
  const preset = presetOf(given.layers)
  if (preset === undefined && flags.values.length === 0 && place.existing === undefined) throw missingAnswers(['preset'], argv)
  const layers = [...withPreset(given.layers, environment.chart, preset), ...(place.existing === undefined ? [] : [releaseLayer(place.existing).layer])]
  return planFrom(environment, flags, given, layers, place, argv)
}

/** Makes the plan of these layers. @throws UsageError for an answer that is missing or refused */
export function planFrom(environment: Environment, flags: Pick<DeployFlags, 'saveValues'>, given: Given, layers: readonly Layer[], place: Place, argv: readonly string[]): Prepared {
  const { resolved, typed } = resolveAll(layers, environment.chart)
  refuseIncomplete(resolved.answers, ['context', 'preset'], argv)
  const { plan, typedSecrets } = makePlan({
    target: place.target,
    mode: place.existing === undefined ? 'install' : 'upgrade',
    chart: environment.chart,
    layers,
    valuesFile: resolvePath(flags.saveValues ?? (environment.rehearsal ? 'mlflow-values.rehearsal.yaml' : 'mlflow-values.yaml')),
    ...(given.base ? { base: given.base } : {}),
    ...(place.existing === undefined ? {} : { existingValuesText: place.existing }),
  })
  return { plan: { ...plan, warnings: [...given.warnings, ...plan.warnings] }, typed: { ...typed, ...typedSecrets }, place }
}
