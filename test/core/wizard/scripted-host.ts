import type { CheckResult } from '../../../src/core/checks/types.js'
import type { FlowEvent } from '../../../src/core/events.js'
import type { Plan } from '../../../src/core/plan/types.js'
import { emptyResult } from '../../../src/core/outcome.js'
import type { Action, Effect, PlanPreview, WizardHost } from '../../../src/core/wizard/types.js'
import type { Resolved } from '../../../src/core/settings/types.js'
import { expectedWorkloads, happyEvents, someChecks } from './events.js'

export interface HostScript {
  checks?: CheckResult[]
  /** Contexts that cannot be reached. */
  unreachable?: string[]
  /** Events of a deploy. */
  events?: (start: number) => FlowEvent[]
  /** Keeps the deploy open after its events. */
  withoutResult?: boolean
  rehearsal?: boolean
  /** Revision that the deploy makes. */
  revision?: number
  /** Why no plan can be made. */
  planFails?: string
  /** Milliseconds between events; answers come at once by default. */
  paceMs?: number
}

/** A host whose answers are written down. `effects` are those that it was asked for. */
export function scriptedHost(script: HostScript = {}): WizardHost & { effects: Effect[] } {
  const effects: Effect[] = []
  return {
    effects,
    run(effect, dispatch) {
      effects.push(effect)
      const answers = answersTo(effect, script)
      if (script.paceMs === undefined) answers.forEach(dispatch)
      else void paced(answers, script.paceMs, dispatch)
    },
  }
}

async function paced(answers: Action[], ms: number, dispatch: (action: Action) => void): Promise<void> {
  for (const answer of answers) {
    await new Promise((resolve) => setTimeout(resolve, ms))
    dispatch(answer)
  }
}

export function answersTo(effect: Effect, script: HostScript = {}): Action[] {
  switch (effect.type) {
    case 'list-contexts':
      return [{ type: 'contexts', items: [{ name: 'kind-test', current: true }] }]
    case 'inspect-context': {
      const reachable = !script.unreachable?.includes(effect.context)
      return [
        {
          type: 'context-inspected',
          context: effect.context,
          facts: {
            reachable,
            detail: reachable ? 'Kubernetes v1.35.0' : 'unreachable: connection refused',
            known: { 'database.storageClass': ['local-path', 'longhorn'] },
          },
        },
      ]
    }
    case 'inspect-target':
      return [
        {
          type: 'target-inspected',
          context: effect.context,
          namespace: effect.namespace,
          release: effect.release,
          facts: { namespace: 'new' },
        },
      ]
    case 'start-rehearsal':
      return [{ type: 'rehearsal-started', contexts: [{ name: 'rehearsal', current: true }] }]
    case 'run-checks': {
      const results = (script.checks ?? someChecks).filter((c) => effect.only === undefined || c.id === effect.only)
      return [
        ...results.map((result): Action => ({ type: 'check', run: effect.run, result })),
        { type: 'checks-ended', run: effect.run },
      ]
    }
    case 'make-plan':
      if (script.planFails) return [{ type: 'failed', effect: 'make-plan', run: effect.run, message: script.planFails }]
      return [{ type: 'planned', run: effect.run, preview: { ...previewOf(effect.resolved), revision: script.revision ?? 1 } }]
    case 'deploy': {
      const events = (script.events ?? happyEvents)(1_000_000)
      const result = {
        ...emptyResult(
          'healthy',
          script.rehearsal ? 'Rehearsal passed: nothing was installed.' : 'MLflow is healthy.',
          script.rehearsal ?? false,
        ),
        valuesFile: 'mlflow-values.yaml',
        access: access,
      }
      const end: FlowEvent[] =
        script.withoutResult || events.some((e) => e.type === 'result') ? [] : [{ type: 'result', at: 1_060_000, result }]
      return [...events, ...end].map((event): Action => ({ type: 'flow', event }))
    }
    case 'roll-back':
      return [
        {
          type: 'flow',
          event: {
            type: 'result',
            at: 1_080_000,
            result: emptyResult('rolled-back', `Rolled back to revision ${effect.revision}.`, false),
          },
        },
      ]
    case 'interrupt':
      return effect.how === 'stop'
        ? [
            {
              type: 'flow',
              event: {
                type: 'result',
                at: 1_070_000,
                result: emptyResult(
                  'interrupted',
                  'Interrupted. What was made is kept; run the same command again to go on.',
                  false,
                ),
              },
            },
          ]
        : []
    case 'show-logs':
      return [{ type: 'logs', pod: effect.pod, lines: ['starting', 'listening on :5000'] }]
    case 'save-values':
      return [{ type: 'values-saved', path: effect.plan.valuesFile }]
    default:
      return []
  }
}

const access = {
  url: 'http://localhost:5000',
  portForward: 'kubectl port-forward svc/mlflow 5000:5000',
  username: 'admin',
  showPassword: 'kubectl get secret mlflow-secret',
}

export function previewOf(resolved: Resolved): PlanPreview {
  const { answers } = resolved
  const target = { context: String(answers.context), namespace: String(answers.namespace), release: String(answers.release) }
  const plan: Plan = {
    target,
    mode: 'install',
    fullname: target.release,
    answers,
    provenance: resolved.provenance,
    valuesText: 'replicaCount: 1\n',
    valuesFile: 'mlflow-values.yaml',
    changes: [{ kind: 'changed', path: 'replicaCount', before: 1, after: 2 }],
    secrets: [],
    warnings: ['one database instance: a node failure stops MLflow'],
  }
  return {
    plan,
    command: ['helm', 'upgrade', '--install', target.release, 'chart', '-f', 'mlflow-values.yaml'],
    expected: expectedWorkloads,
    revision: 1,
    usualMs: 110_000,
  }
}
