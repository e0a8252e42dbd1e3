import { podSecurityLevel } from '../core/checks/namespace.js'
import type { FlowEvent } from '../core/events.js'
import { expectedWorkloads, parseManifest } from '../core/kube/manifest.js'
import { emptyResult, resultOf } from '../core/outcome.js'
import { makePlan } from '../core/plan/make-plan.js'
import type { Plan, Target } from '../core/plan/types.js'
import { releaseLayer } from '../core/settings/layers.js'
import type { Resolved } from '../core/settings/types.js'
import type { Action, ContextFacts, Effect, TargetFacts, WizardHost } from '../core/wizard/types.js'
import { saveValues } from '../flows/deploy.js'
import { preflight } from '../flows/preflight.js'
import { renderManifest } from '../flows/render-manifest.js'
import { pump } from '../flows/streaming.js'
import type { KubeObject } from '../core/health/types.js'
import { redact } from '../core/text/redact.js'
import type { Cluster } from '../ports/cluster.js'
import type { Given } from './answers.js'
import { openEnvironment, type Environment } from './environment.js'
import { deployFlow } from './install.js'
import type { DeployFlags } from './options.js'
import { locate, readSecretFiles, valuesFileOf, type Place, type Prepared } from './prepare.js'

type Dispatch = (action: Action) => void

/** Carries out what the wizard asks for. One per run; it owns the connection and what was typed. */
export class InstallHost implements WizardHost {
  private readonly places = new Map<string, Promise<Place>>()
  private deploying: AbortController | undefined
  /** What the last deploy was about. */
  private deployed: Prepared | undefined

  constructor(
    private environment: Environment,
    private readonly flags: DeployFlags,
    private readonly given: Given,
  ) {}

  run(effect: Effect, dispatch: Dispatch): void {
    this.carryOut(effect, dispatch).catch((error: Error) =>
      dispatch({ type: 'failed', effect: effect.type, message: error.message, ...('run' in effect ? { run: effect.run } : {}) }),
    )
  }

  async dispose(): Promise<void> {
    await this.environment.dispose()
  }

  private async carryOut(effect: Effect, dispatch: Dispatch): Promise<void> {
    switch (effect.type) {
      case 'list-contexts':
        return dispatch({ type: 'contexts', items: await this.contexts() })
      case 'inspect-context':
        return dispatch({ type: 'context-inspected', context: effect.context, facts: await this.inspect(effect.context) })
      case 'inspect-target':
        return dispatch({ ...effect, type: 'target-inspected', facts: await this.inspectTarget(effect) })
      case 'start-rehearsal':
        this.environment = await openEnvironment({ rehearse: true })
        this.places.clear()
        return dispatch({ type: 'rehearsal-started', contexts: await this.contexts() })
      case 'run-checks':
        return this.check(effect, dispatch)
      case 'make-plan': {
        const { plan, place } = await this.prepared(effect.resolved)
        const manifest = await renderManifest(this.environment, plan)
        if (manifest instanceof Error) throw manifest
        const revision = place.cluster instanceof Error ? 1 : await this.nextRevision(plan.target)
        const usualMs = (await this.environment.preferences()).get<number>(`usual.${plan.mode}`)
        const command = this.environment.helm.applyArgv(plan.target, plan.valuesFile)
        return dispatch({
          type: 'planned',
          run: effect.run,
          preview: {
            plan,
            command,
            expected: expectedWorkloads(parseManifest(manifest)),
            revision,
            ...(usualMs ? { usualMs } : {}),
          },
        })
      }
      case 'deploy':
        return this.deploy(effect.resolved, dispatch)
      case 'interrupt':
        if (effect.how === 'stop') this.deploying?.abort()
        return
      case 'roll-back':
        return this.rollBack(effect.revision, dispatch)
      case 'show-logs':
        return dispatch({ type: 'logs', pod: effect.pod, lines: await this.logs(effect.pod) })
      case 'save-values':
        await saveValues(this.environment.files, effect.plan)
        return dispatch({ type: 'values-saved', path: effect.plan.valuesFile })
      case 'remember':
        ;(await this.environment.preferences()).set(rememberedKey(this.environment.rehearsal), effect.answers)
        return
      case 'exit':
        return
    }
  }

  private async contexts() {
    const all = await this.environment.kubeconfig.contexts()
    return all.map(({ name, current, server }) => ({ name, current, server }))
  }

  /** A connection is made once per context, namespace and release. */
  private place(context: string, namespace: string, release: string): Promise<Place> {
    const key = [context, namespace, release].join('\n')
    const known = this.places.get(key)
    if (known) return known
    const made = locate(this.environment, { context, namespace, release })
    this.places.set(key, made)
    // A connection that failed is tried anew the next time.
    void made.then((place) => place.cluster instanceof Error && this.places.delete(key))
    return made
  }

  private async inspect(context: string): Promise<ContextFacts> {
    try {
      const cluster = await this.environment.kubeconfig.connect(context)
      const { gitVersion } = await cluster.get<{ gitVersion: string }>('/version')
      const [nodes, storage, ingress] = await Promise.all([
        names(cluster, '/api/v1/nodes'),
        names(cluster, '/apis/storage.k8s.io/v1/storageclasses'),
        names(cluster, '/apis/networking.k8s.io/v1/ingressclasses'),
      ])
      const detail = [`Kubernetes ${gitVersion}`, nodes && `${nodes.length} node${nodes.length === 1 ? '' : 's'}`]
        .filter(Boolean)
        .join(', ')
      return {
        reachable: true,
        detail,
        known: { ...(storage ? { 'database.storageClass': storage } : {}), ...(ingress ? { 'access.className': ingress } : {}) },
      }
    } catch (error) {
      return { reachable: false, detail: (error as Error).message }
    }
  }

  private async inspectTarget({ context, namespace, release }: Target): Promise<TargetFacts> {
    this.places.delete([context, namespace, release].join('\n'))
    const { cluster, existing } = await this.place(context, namespace, release)
    if (cluster instanceof Error) return { namespace: `unknown: ${cluster.message}` }
    const found = await cluster.get<KubeObject>(`/api/v1/namespaces/${namespace}`).catch(() => undefined)
    const level = found && podSecurityLevel(found)
    const [latest] = await this.environment.helm.history({ context, namespace, release }).catch(() => [])
    return {
      namespace: found ? `exists${level ? `, Pod Security "${level}"` : ''}` : 'new',
      ...(latest ? { release: { revision: latest.revision, status: latest.status, appVersion: latest.appVersion } } : {}),
      ...(existing === undefined ? {} : { layer: releaseLayer(existing).layer }),
    }
  }

  private async check(effect: Extract<Effect, { type: 'run-checks' }>, dispatch: Dispatch): Promise<void> {
    const { plan, place } = await this.prepared(effect.resolved)
    const manifest = await renderManifest(this.environment, plan)
    for await (const result of preflight({ ...this.environment, cluster: place.cluster }, { plan, manifest }, effect.only)) {
      dispatch({ type: 'check', run: effect.run, result })
    }
    dispatch({ type: 'checks-ended', run: effect.run })
  }

  private async prepared(resolved: Resolved): Promise<Prepared> {
    const { answers } = resolved
    const place = await this.place(
      String(answers.context ?? this.environment.rehearsalContext ?? ''),
      String(answers.namespace ?? 'mlflow'),
      String(answers.release ?? 'mlflow'),
    )
    const made = makePlan({
      target: place.target,
      mode: place.existing === undefined ? 'install' : 'upgrade',
      chart: this.environment.chart,
      resolved,
      valuesFile: valuesFileOf(this.environment, this.flags),
      ...(this.given.base ? { baseText: this.given.base.text, baseName: this.given.base.name } : {}),
      ...(place.existing === undefined ? {} : { existingValuesText: place.existing }),
    })
    const plan: Plan = { ...made.plan, warnings: [...new Set([...this.given.warnings, ...made.plan.warnings])] }
    return { plan, typed: { ...made.typedSecrets, ...(await readSecretFiles(this.environment, made.secretFiles)) }, place }
  }

  private async nextRevision(target: Target): Promise<number> {
    const [latest] = await this.environment.helm.history(target).catch(() => [])
    return (latest?.revision ?? 0) + 1
  }

  private async deploy(resolved: Resolved, dispatch: Dispatch): Promise<void> {
    await this.deployPrepared(await this.prepared(resolved), (event) => dispatch({ type: 'flow', event }))
  }

  /** Deploys a plan; the last event is the result. */
  async deployPrepared(prepared: Prepared, send: (event: FlowEvent) => void): Promise<void> {
    this.deployed = prepared
    this.deploying = new AbortController()
    const flow = deployFlow(this.environment, this.flags, prepared, this.deploying.signal)
    const outcome = await pump(flow, send)
    const result = resultOf(outcome, prepared.plan, this.environment.rehearsal)
    if (result.phase === 'healthy' && result.durations.total)
      (await this.environment.preferences()).set(`usual.${prepared.plan.mode}`, result.durations.total)
    // What is there now is another release than before.
    this.places.clear()
    send({ type: 'result', at: this.environment.clock.now(), result })
  }

  private async rollBack(revision: number, dispatch: Dispatch): Promise<void> {
    const { target } = this.deployed!.plan
    const exit = await this.environment.helm.rollback(target, revision)
    const message = exit.code === 0 ? `Rolled back to revision ${revision}.` : `Rolling back failed: ${exit.stderr}`
    const result = {
      ...emptyResult(exit.code === 0 ? 'rolled-back' : 'helm-failed', message, this.environment.rehearsal),
      target,
    }
    dispatch({ type: 'flow', event: { type: 'result', at: this.environment.clock.now(), result } })
  }

  private async logs(pod: string): Promise<string[]> {
    const { plan, place } = this.deployed!
    if (place.cluster instanceof Error) return [place.cluster.message]
    return podLogs(place.cluster, plan.target.namespace, pod)
  }
}

/** Rehearsed answers must not be offered for a real cluster. */
export const rememberedKey = (rehearsal: boolean): string => (rehearsal ? 'answers.rehearsal' : 'answers')

/** The last lines of the container of a pod that matters most: one that is not ready, else the first. */
export async function podLogs(cluster: Cluster, namespace: string, name: string): Promise<string[]> {
  const pod = await cluster.get(`/api/v1/namespaces/${namespace}/pods/${name}`)
  const states: { name: string; ready?: boolean; state?: { running?: object; terminated?: { exitCode: number } } }[] = [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
  ]
  const done = (s: (typeof states)[number]) => s.state?.terminated?.exitCode === 0
  const container = states.find((s) => !s.ready && !done(s))?.name ?? (pod.spec?.containers?.[0]?.name as string | undefined)
  const lines = await cluster.logs({ namespace, pod: name, tailLines: 200, ...(container ? { container } : {}) })
  return lines.map(redact)
}

async function names(cluster: Cluster, path: string): Promise<string[] | undefined> {
  try {
    return (await cluster.get<{ items: KubeObject[] }>(path, { limit: '100' })).items.map((o) => o.metadata.name)
  } catch {
    return undefined
  }
}
