import type { Inventory } from './inventory.js'
import { admissionRules } from './rules/admission.js'
import { configRules } from './rules/config.js'
import { claimContext, componentOf, containerContexts, podContext, releaseContext, workloadContext } from './rules/contexts.js'
import { crashLoopRules, crashRules } from './rules/crashes.js'
import { imageRules } from './rules/images.js'
import { jobRetryRules, jobRules, jobWaitRules } from './rules/jobs.js'
import { sandboxRules } from './rules/network.js'
import { nodeRules, terminatingRules } from './rules/nodes.js'
import { initRules, probeRules } from './rules/probes.js'
import { autoscalerRules, rolloutRules } from './rules/rollout.js'
import type { ContainerContext, Match, PodContext, ReleaseContext, Rule, WorkloadContext } from './rules/rule.js'
import { schedulingRules } from './rules/scheduling.js'
import { claimRules, mountRules } from './rules/storage.js'
import type { HealthState } from './state.js'
import type { KubeObject } from './types.js'
import { workloadRows } from './workloads.js'

/** A match of a rule with what it is about. */
export interface Symptom {
  code: string
  /** Stays the same while the symptom lasts, also when a pod is replaced by the next one. */
  key: string
  /** Same code and group: one cause. */
  group: string
  /** `Kind/name` of the object to look at. */
  object: string
  /** What a person calls it: the workload's name, else the object's. */
  subject: string
  /** `Deployment/mlflow`, or '' . */
  workload: string
  component: string
  headline: string
  evidence: readonly string[]
  remedy: string
  permanent: boolean
  graceMs: number
  generic: boolean
  note: boolean
  /** When it began, by our own clock or the objects' (epoch milliseconds). */
  at?: number
}

const containerRules: readonly Rule<ContainerContext>[] = [
  ...imageRules,
  ...configRules,
  ...crashRules,
  ...probeRules,
  ...crashLoopRules,
  ...initRules,
  ...jobWaitRules,
]
const podRules: readonly Rule<PodContext>[] = [...nodeRules, ...schedulingRules, ...sandboxRules, ...mountRules]
const workloadRules: readonly Rule<WorkloadContext>[] = [...admissionRules, ...jobRules, ...jobRetryRules, ...rolloutRules]

/** Everything that the rules find now, inside its grace or not. Rules look at pods of the newest revision only. */
export function findSymptoms(inventory: Inventory): readonly Symptom[] {
  const { objects, logs, smoke, synced, completedJobs } = inventory.state
  const known = remembered.get(objects)
  if (known && known.logs === logs && known.smoke === smoke && known.synced === synced && known.completedJobs === completedJobs)
    return known.symptoms
  const symptoms = applyRules(inventory)
  remembered.set(objects, { logs, smoke, synced, completedJobs, symptoms })
  return symptoms
}

/**
 * What was found in these parts of a state. The fold looks at each tick, and a renderer at each frame: between two
 * changes they get the same answer.
 */
const remembered = new WeakMap<
  HealthState['objects'],
  Pick<HealthState, 'logs' | 'smoke' | 'synced' | 'completedJobs'> & { symptoms: readonly Symptom[] }
>()

function applyRules(inventory: Inventory): Symptom[] {
  const rows = workloadRows(inventory)
  const base = releaseContext(inventory, rows)
  const found: Symptom[] = []
  for (const pod of inventory.all('Pod')) found.push(...podSymptoms(base, pod))
  for (const claim of inventory.all('PersistentVolumeClaim')) found.push(...claimSymptoms(base, claim))
  for (const row of rows) {
    const object = inventory.named(row.kind, row.name)
    if (!object || object.metadata.deletionTimestamp) continue
    const context = workloadContext(base, row, object)
    const about: About = {
      object: row.id,
      subject: row.name,
      workload: row.id,
      component: row.component,
      ...age(inventory, object),
    }
    found.push(...first(workloadRules, context, about), ...first(autoscalerRules, context, about))
  }
  const smoke = smokeSymptom(base)
  if (smoke) found.push(smoke)
  // What only says that something fails gives way to what says why.
  return found.filter((s) => !isSaidBetter(s, found))
}

const isSaidBetter = (s: Symptom, all: readonly Symptom[]) =>
  all.some((o) => {
    if (o.workload !== s.workload || o === s) return false
    // A claim knows why it has no volume, its pod only that it has none.
    if (s.code === 'pvc-unbound' && o.code === 'pvc-unbound') return s.object.startsWith('Pod/') && !o.object.startsWith('Pod/')
    return s.generic && !o.generic && !o.note
  })

interface About {
  object: string
  subject: string
  workload: string
  component: string
  /** Epoch milliseconds. */
  born: number
  isOld: boolean
}

function age(inventory: Inventory, object: KubeObject): Pick<About, 'born' | 'isOld'> {
  const born = inventory.bornAt(object)
  return { born, isOld: born < inventory.state.spec.startedAt - longBeforeMs }
}

function podSymptoms(base: ReleaseContext, pod: KubeObject): Symptom[] {
  const { inventory } = base
  const owner = inventory.owner(pod)
  const component = componentOf(pod)
  const row = base.workloads.find((r) => r.id === owner.workload)
  // Backup Jobs come and go beside the rollout; pods of Jobs of earlier revisions are history.
  const isSide = component === 'backup'
  if (!row && !isSide && component !== 'smoke-test') return []
  if (!owner.isCurrent || pod.status?.phase === 'Succeeded' || (row?.kind === 'Job' && row.current)) return []
  const context = podContext(base, pod)
  const about: About = {
    object: `Pod/${pod.metadata.name}`,
    subject: row?.name ?? pod.metadata.name,
    workload: owner.workload,
    component,
    ...age(inventory, pod),
  }
  const asSide = (symptoms: Symptom[]) => (isSide ? symptoms.map((s) => ({ ...s, note: true, permanent: false })) : symptoms)
  if (pod.metadata.deletionTimestamp) return asSide(first(terminatingRules, context, about))
  const evicted = first(nodeRules, context, about)
  if (evicted.length > 0) return asSide(evicted)
  const ofContainers = containerContexts(context).flatMap((c) => first(containerRules, c, about, c.name))
  return asSide(ofContainers.length > 0 ? ofContainers : first(podRules, context, about))
}

function claimSymptoms(base: ReleaseContext, claim: KubeObject): Symptom[] {
  const context = claimContext(base, claim)
  const workload = context.pods[0] ? base.inventory.owner(context.pods[0]).workload : ''
  const row =
    base.workloads.find((r) => r.id === workload) ?? base.workloads.find((r) => claim.metadata.name.includes(`-${r.name}-`))
  if (!row) return []
  return first(claimRules, context, {
    object: `PersistentVolumeClaim/${claim.metadata.name}`,
    subject: row.name,
    workload: row.id,
    component: row.component,
    ...age(base.inventory, claim),
  })
}

/** The first rule that matches, as a list of at most one. */
function first<C>(rules: readonly Rule<C>[], context: C, about: About, container = ''): Symptom[] {
  for (const rule of rules) {
    const match = rule.match(context)
    if (match) return [symptomOf(rule, match, about, container)]
  }
  return []
}

function symptomOf<C>(rule: Rule<C>, match: Match, about: About, container: string): Symptom {
  const { object, subject, workload, component } = about
  return {
    code: rule.code,
    key: `${rule.code}|${workload || object}|${container}`,
    group: `${rule.code}|${match.key ?? match.headline}`,
    object,
    subject,
    workload,
    component,
    headline: match.headline,
    evidence: (match.evidence ?? []).filter((line) => line !== ''),
    remedy: match.remedy,
    permanent: match.permanent ?? rule.permanent,
    graceMs: match.graceMs ?? rule.graceMs,
    generic: rule.generic === true,
    note: match.note === true,
    ...beginning(match.at, about),
  }
}

/** An object that was there so long before us has presumably been in trouble for long, too. */
const longBeforeMs = 60_000

function beginning(at: number | undefined, { born, isOld }: About): { at?: number } {
  // A clock of the cluster that is behind ours must not use up the grace of something that we saw being born.
  if (at !== undefined) return { at: Math.max(at, born) }
  return isOld ? { at: born } : {}
}

/** A step of the smoke test that failed. */
function smokeSymptom({ inventory, namespace, fullname, release }: ReleaseContext): Symptom | undefined {
  const step = inventory.state.smoke.find((s) => !s.ok)
  if (!step) return undefined
  return {
    code: 'smoke-failed',
    key: 'smoke-failed',
    group: 'smoke-failed',
    object: `Pod/${fullname}-smoke-test`,
    subject: 'smoke test',
    workload: '',
    component: 'smoke-test',
    headline: `step ${step.step} failed: ${step.detail}`,
    evidence: inventory.state.smoke.map((s) => `${s.step}: ${s.ok ? 'ok' : 'failed'} (${s.ms} ms) ${s.detail}`),
    remedy: `kubectl -n ${namespace} logs ${fullname}-smoke-test; again: mlflow-setup test -n ${namespace} --release ${release}`,
    permanent: true,
    graceMs: 0,
    generic: false,
    note: false,
  }
}
