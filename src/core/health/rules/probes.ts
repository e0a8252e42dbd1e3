import { conditionOf, timeOf } from '../inventory.js'
import { explainLog } from '../log-patterns.js'
import { describeProbe, lastProbeFailure, shorten, startupBudgetMs, type ProbeFailure } from '../probes.js'
import { isDatabaseComing } from './crashes.js'
import { readLog } from './remedies.js'
import { tail, type ContainerContext, type Match, type Rule } from './rule.js'

const afterBudgetMs = 60_000

interface Failing {
  failure: ProbeFailure
  /** The kubelet ends the container for it. */
  isKilled: boolean
}

/** The probe that keeps a living container from being ready; undefined when the container itself is what fails. */
function failingProbe(c: ContainerContext): Failing | undefined {
  if (c.isInit || c.status.ready) return undefined
  const failure = lastProbeFailure(c.containerEvents)
  const isKilled = c.containerEvents.some((e) => e.reason === 'Killing' && /failed (liveness|startup) probe/.test(e.message))
  // Killed by the kubelet: 0 and 143 end by SIGTERM, 137 by SIGKILL. Every other code is a crash, which the probe only notices.
  const diedItself = c.ended !== undefined && ![0, 137, 143].includes(c.ended.exitCode ?? -1)
  if (!failure || diedItself || (!c.running && !isKilled)) return undefined
  const startedAt = timeOf(c.running?.startedAt)
  if (c.running && !isKilled && failure.event.lastAt < startedAt) return undefined
  return { failure, isKilled }
}

function rule(
  code: string,
  how: ProbeFailure['how'],
  explain: (c: ContainerContext, f: ProbeFailure) => Pick<Match, 'headline' | 'remedy' | 'permanent'>,
): Rule<ContainerContext> {
  return {
    code,
    graceMs: afterBudgetMs,
    permanent: false,
    match(c) {
      const found = failingProbe(c)
      if (!found || found.failure.how !== how) return undefined
      const log = c.log.length > 0 ? c.log : c.failedLog
      const known = explainLog(log, c)
      if (known?.waitsForDatabase && isDatabaseComing(c)) return undefined
      const said = explain(c, found.failure)
      return {
        ...said,
        ...(known ? { headline: known.headline, remedy: known.remedy } : {}),
        key: `${c.name} ${found.failure.kind} ${found.failure.status ?? ''}`,
        evidence: [
          `${shorten(found.failure, c.spec)} (${found.failure.event.count} times)`,
          ...(found.isKilled ? [`the kubelet restarted ${c.name} for it, ${c.restarts} restarts`] : []),
          ...tail(log),
        ],
        at: unreadySince(c),
        graceMs: found.isKilled && c.restarts >= 2 ? 0 : startupBudgetMs(c.spec) + afterBudgetMs,
        // Restarting has not helped; a third time will not either.
        permanent: said.permanent === true || (found.isKilled && c.restarts >= 2),
      }
    },
  }
}

/** Since its start, or since it stopped being ready (epoch milliseconds). */
function unreadySince(c: ContainerContext): number | undefined {
  const ready = conditionOf(c.pod, 'Ready')
  const lost = ready?.status === 'False' ? timeOf(ready.lastTransitionTime) : 0
  return Math.max(timeOf(c.running?.startedAt), lost) || undefined
}

const target = (c: ContainerContext, f: ProbeFailure) => describeProbe(c.spec[`${f.kind.toLowerCase()}Probe`], c.spec)

const meanings: Record<number, string> = {
  401: 'the app is up, the probe needs a login',
  403: 'the app is up, its host check refuses the probe',
  404: 'the app is up, it does not know this path',
}

/** Containers that run but do not pass their probes. */
export const probeRules: readonly Rule<ContainerContext>[] = [
  rule('probe-http', 'http', (c, f) => ({
    headline: `${f.kind.toLowerCase()} ${target(c, f)} answers ${f.status}${meanings[f.status!] ? `: ${meanings[f.status!]}` : ''}`,
    remedy: meanings[f.status!]
      ? 'probe /health, which needs no login and no host name: values of this chart do, look for own probes in env or overlays'
      : readLog(c),
    permanent: meanings[f.status!] !== undefined,
  })),
  rule('probe-refused', 'refused', (c, f) => ({
    headline: `nothing listens yet where ${f.kind.toLowerCase()} ${target(c, f)} asks`,
    remedy: `${readLog(c)} (still starting, or another port?)`,
  })),
  rule('probe-timeout', 'timeout', (c, f) => ({
    headline: `${f.kind.toLowerCase()} ${target(c, f)} gets no answer in time`,
    remedy: `${readLog(c)} (too little CPU, or a network policy that keeps the kubelet out?)`,
  })),
  rule('probe-failing', 'other', (c, f) => ({
    headline: `${f.kind.toLowerCase()} ${target(c, f)} fails: ${f.message.slice(0, 120)}`,
    remedy: readLog(c),
  })),
  {
    // Events are lost or forbidden: what is left is that it runs and is not ready.
    code: 'probe-failing',
    graceMs: 2 * afterBudgetMs,
    permanent: false,
    match(c) {
      if (c.isInit || !c.running || c.status.ready || !c.spec.readinessProbe || lastProbeFailure(c.containerEvents))
        return undefined
      const known = explainLog(c.log, c)
      if (known?.waitsForDatabase && isDatabaseComing(c)) return undefined
      return {
        headline:
          known?.headline ?? `container ${c.name} runs but is not ready (${describeProbe(c.spec.readinessProbe, c.spec)})`,
        key: c.name,
        evidence: [...tail(c.log)],
        remedy: known?.remedy ?? readLog(c),
        at: unreadySince(c),
        graceMs: startupBudgetMs(c.spec) + 2 * afterBudgetMs,
      }
    },
  },
]

/** Init containers that take longer than they should. */
export const initRules: readonly Rule<ContainerContext>[] = [
  {
    code: 'init-stuck',
    graceMs: 120_000,
    permanent: false,
    generic: true,
    match(c) {
      // An init container that is restarted always is a sidecar.
      if (!c.isInit || !c.running || c.spec.restartPolicy === 'Always') return undefined
      // It waits for what is still under way: that one is to be watched.
      if (c.workloads.some((w) => (w.component === 'migration' || w.component === 'postgresql') && !w.current)) return undefined
      const known = explainLog(c.log, c)
      const last = c.log.at(-1)
      return {
        headline: `init container ${c.name} does not end${known ? `: ${known.headline}` : last ? `: ${last.trim().slice(0, 120)}` : ''}`,
        key: c.name,
        evidence: [...tail(c.log)],
        remedy: known?.remedy ?? readLog(c),
        at: timeOf(c.running.startedAt) || undefined,
      }
    },
  },
]
