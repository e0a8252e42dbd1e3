import { conditionOf } from '../inventory.js'
import { resourceValues, setInFile } from './remedies.js'
import { lastEvent, type Match, type Rule, type WorkloadContext } from './rule.js'

/**
 * Why the pods of a workload are refused before they exist. Read from the `ReplicaFailure` condition, or, since
 * StatefulSets and Jobs have none, from a `FailedCreate` event that no successful creation followed.
 */
function refusal(c: WorkloadContext): { message: string; at: number | undefined } | undefined {
  if (c.row.current) return undefined
  const failure = conditionOf(c.object, 'ReplicaFailure')
  const event = lastEvent(c.events, (e) => e.reason === 'FailedCreate')
  if (failure?.status === 'True') return { message: failure.message ?? event?.message ?? '', at: event?.firstAt }
  const success = lastEvent(c.events, (e) => e.reason === 'SuccessfulCreate')
  if (!event || (success && success.lastAt >= event.lastAt)) return undefined
  return { message: event.message, at: event.firstAt }
}

function rule(
  code: string,
  graceMs: number,
  permanent: boolean,
  explain: (message: string, c: WorkloadContext) => (Match & { evidence?: string[] }) | undefined,
): Rule<WorkloadContext> {
  return {
    code,
    graceMs,
    permanent,
    match(c) {
      const refused = refusal(c)
      const found = refused && explain(refused.message, c)
      return found && { at: refused.at, evidence: [refused.message], ...found }
    },
  }
}

/** Pods that the API server does not let in. */
export const admissionRules: readonly Rule<WorkloadContext>[] = [
  rule('quota', 0, true, (m, c) => {
    const name = /exceeded quota: ([^,]+)/.exec(m)?.[1] ?? /failed quota: ([^:]+)/.exec(m)?.[1]
    if (!name) return undefined
    const must = /must specify ([^\n]+)/.exec(m)?.[1]
    if (must) {
      return {
        headline: `quota ${name} wants values for ${must}`,
        key: name,
        remedy: `set ${must
          .replace(/ for:[^;]*/g, '')
          .split(/[,;] ?/)
          .map((w) => `${resourceValues(c.row)}.${w}`)
          .join(', ')}`,
      }
    }
    const part = (word: string) => new RegExp(`${word}: ([^:]+?)(?:, (?:used|limited):|$)`).exec(m)?.[1]
    return {
      headline: `quota ${name} is used up: asked ${part('requested')}, used ${part('used')}, limit ${part('limited')}`,
      key: name,
      remedy: `raise it (kubectl -n ${c.namespace} edit resourcequota ${name}), or lower ${resourceValues(c.row)} and replicaCount`,
    }
  }),
  rule('limit-range', 0, true, (m, c) => {
    const all = [
      ...m.matchAll(
        /((?:maximum|minimum) [\w.-]+ usage per (?:Container|Pod) is [^,\]]+?(?:, but (?:limit|request)s? is [^,\].]+)?)(?=[,\].]|$)/g,
      ),
    ].map((x) => x[1]!)
    const found = all[0] ?? /[\w.-]+ max limit to request ratio per \w+ is [^,\]]+/.exec(m)?.[0]
    if (!found) return undefined
    return {
      headline: `the namespace's LimitRange refuses the pod: ${found}`,
      remedy: `adjust ${resourceValues(c.row)}; the limits are: kubectl -n ${c.namespace} describe limitrange`,
    }
  }),
  rule('pod-security', 0, true, (m, c) => {
    const psa = /violates PodSecurity "([^"]+)": ([\s\S]*)$/.exec(m)
    if (psa) {
      const fields = splitTop(psa[2]!)
      return {
        headline: `Pod Security "${psa[1]}" refuses the pod: ${fields.map((f) => f.replace(/ \(.*$/, '')).join(', ')}`,
        key: psa[1],
        evidence: fields,
        remedy: `correct these fields in the values, or label the namespace: kubectl label namespace ${c.namespace} pod-security.kubernetes.io/enforce=baseline --overwrite`,
      }
    }
    if (!/unable to validate against any security context constraint/.test(m)) return undefined
    const range = /must be in the ranges: (\[[^\]]+\])/.exec(m)?.[1]
    return {
      headline: `OpenShift's security context constraints refuse the pod${range ? `: user ids must be in ${range}` : ''}`,
      key: 'scc',
      remedy: setInFile('openshift.enabled=true (leaves user and group ids to the cluster)'),
    }
  }),
  rule('webhook-denied', 0, true, (m) => {
    const hook = /admission webhook "([^"]+)" denied the request: ?([\s\S]*)$/.exec(m)
    const policy = hook ? undefined : /ValidatingAdmissionPolicy '([^']+)'[^:]*denied request: ?([\s\S]*)$/.exec(m)
    const found = hook ?? policy
    if (!found) return undefined
    return {
      headline: `${hook ? 'admission webhook' : 'admission policy'} ${found[1]} refuses the pod: ${found[2]!.replace(/\s+/g, ' ').trim().slice(0, 160)}`,
      key: found[1],
      remedy: 'meet the policy by values of the chart, or ask its owner for an exception for this namespace',
    }
  }),
  rule('webhook-down', 60_000, false, (m) => {
    const name = /failed calling webhook "([^"]+)"/.exec(m)?.[1]
    return name
      ? {
          headline: `admission webhook ${name} does not answer`,
          key: name,
          remedy: 'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations; start its Service',
        }
      : undefined
  }),
  rule('sa-missing', 30_000, true, (m, c) => {
    const name =
      /serviceaccount "([^"]+)" not found/.exec(m)?.[1] ?? /error looking up service account [^/]+\/([^:]+):/.exec(m)?.[1]
    return name
      ? {
          headline: `ServiceAccount ${name} does not exist`,
          key: name,
          remedy: `kubectl -n ${c.namespace} create serviceaccount ${name}, or let the chart make it`,
        }
      : undefined
  }),
  rule('create-failed', 30_000, false, (m, c) => ({
    headline: `pods cannot be created: ${m.replace(/^Error creating: /, '').slice(0, 200)}`,
    key: 'create',
    remedy: `kubectl -n ${c.namespace} describe ${c.row.kind.toLowerCase()} ${c.row.name}`,
  })),
]

/** Splits at commas outside brackets. */
function splitTop(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if ('([{'.includes(text[i]!)) depth++
    else if (')]}'.includes(text[i]!)) depth--
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  return [...parts, text.slice(start).trim()].filter(Boolean)
}
