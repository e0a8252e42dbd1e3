import { resolve as resolvePath } from 'node:path'
import { objectNames } from '../core/plan/fullname.js'
import { makePlan } from '../core/plan/make-plan.js'
import { isPending } from '../core/plan/release.js'
import type { Plan, Target } from '../core/plan/types.js'
import { catalog, settingOf } from '../core/settings/catalog.js'
import { ValuesDocument } from '../core/settings/document.js'
import { releaseLayer, resolve } from '../core/settings/layers.js'
import type { Layer } from '../core/settings/types.js'
import type { Cluster } from '../ports/cluster.js'
import { gather, missingAnswers, presetOf, refuseIncomplete, withPreset, type Given } from './answers.js'
import type { Environment } from './environment.js'
import type { DeployFlags } from './options.js'
import { UsageError, usageCause } from './usage-error.js'

/** The cluster of a run, or why there is no connection; and the release that is there. */
export interface Place {
  target: Target
  cluster: Cluster | Error
  /** User-supplied values of the release, when there is one. */
  existing?: string
  /** Ids of secret settings whose values the cluster holds already. */
  present: readonly string[]
}

/** Found out without being asked: the current context; a preset is looked for separately. */
const assumed = ['context', 'preset']

/** A plan, and the secrets that were typed (they are never inside the plan). */
export interface Prepared {
  plan: Plan
  typed: Record<string, string>
  place: Place
}

/** Connects and looks for the release. Never throws: what is wrong becomes a failing check. */
export async function locate(
  environment: Environment,
  wanted: { context?: unknown; namespace?: unknown; release?: unknown },
): Promise<Place> {
  const context = typeof wanted.context === 'string' ? wanted.context : environment.rehearsalContext
  const cluster = await environment.kubeconfig.connect(context).catch((error: Error) => error)
  const target = {
    context: cluster instanceof Error ? (context ?? '') : cluster.context,
    namespace: String(wanted.namespace ?? 'mlflow'),
    release: String(wanted.release ?? 'mlflow'),
  }
  if (cluster instanceof Error) return { target, cluster, present: [] }
  const existing = await existingValues(environment, target).catch(() => undefined)
  if (existing === undefined) return { target, cluster, present: [] }
  return { target, cluster, existing, present: await presentSecrets(cluster, target, existing) }
}

/** Which secrets need not be typed again. */
async function presentSecrets(cluster: Cluster, { namespace, release }: Target, existing: string): Promise<string[]> {
  const values = ValuesDocument.parse(existing, 'values of the release')
  const name = values.get('secrets.existingSecret') || objectNames(release, values.toObject()).appSecret
  const secret = await cluster.get(`/api/v1/namespaces/${namespace}/secrets/${String(name)}`).catch(() => undefined)
  return catalog.filter((s) => s.target?.secret === 'app' && secret?.data?.[s.target.key] !== undefined).map((s) => s.id)
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
  const secrets = catalog.filter((s) => s.kind === 'secret').map((s) => s.id)
  refuseIncomplete(resolve(early, environment.chart.defaults).answers, [...assumed, ...secrets], argv)

  const { answers } = resolve(given.layers, environment.chart.defaults)
  const place = await locate(environment, answers)
  const preset = presetOf(given.layers)
  if (preset === undefined && flags.values.length === 0 && place.existing === undefined) throw missingAnswers(['preset'], argv)
  const layers = [
    ...withPreset(given.layers, environment.chart, preset),
    ...(place.existing === undefined ? [] : [releaseLayer(place.existing).layer]),
  ]
  return planFrom(environment, flags, given, layers, place, argv)
}

/** Makes the plan of these layers. @throws UsageError for an answer that is missing or refused */
export async function planFrom(
  environment: Environment,
  flags: Pick<DeployFlags, 'saveValues'>,
  given: Given,
  layers: readonly Layer[],
  place: Place,
  argv: readonly string[],
): Promise<Prepared> {
  refuseIncomplete(resolve(layers, environment.chart.defaults).answers, [...assumed, ...place.present], argv)
  const { plan, typedSecrets, secretFiles } = makePlan({
    target: place.target,
    mode: place.existing === undefined ? 'install' : 'upgrade',
    chart: environment.chart,
    layers,
    valuesFile: valuesFileOf(environment, flags),
    ...(given.base ? { baseText: given.base.text, baseName: given.base.name } : {}),
    ...(place.existing === undefined ? {} : { existingValuesText: place.existing }),
  })
  return {
    plan: { ...plan, warnings: [...new Set([...given.warnings, ...plan.warnings])] },
    typed: { ...typedSecrets, ...(await readSecretFiles(environment, secretFiles)) },
    place,
  }
}

/** Where the values file is written. A rehearsal must not replace the one of a real release. */
export function valuesFileOf({ rehearsal }: Environment, { saveValues }: Pick<DeployFlags, 'saveValues'>): string {
  return resolvePath(saveValues ?? (rehearsal ? 'mlflow-values.rehearsal.yaml' : 'mlflow-values.yaml'))
}

/** The content of files that go into a Secret, by setting id. @throws UsageError naming a file that is not there */
export async function readSecretFiles(
  { files }: Environment,
  paths: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const entries = Object.entries(paths).map(async ([id, path]) => {
    const text = await files.read(resolvePath(path))
    const title = settingOf(id).title
    if (text === undefined)
      throw new UsageError(`${title}: ${path} does not exist`, [
        usageCause('secret-file', `${title}: ${path} does not exist`, 'Give the path of an existing PEM file.'),
      ])
    return [id, text] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
