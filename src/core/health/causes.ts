import { redact } from '../text/redact.js'
import type { Symptom } from './symptoms.js'
import type { Cause } from './types.js'

/** What others wait for comes first. */
const order = ['postgresql', 'object-store', 'migration', 'server', 'smoke-test', 'backup']
const rank = (s: Symptom) => (order.includes(s.component) ? order.indexOf(s.component) : order.length)

const maxEvidence = 30

/**
 * The causes of these symptoms, most important first, equal ones joined. `told` are past their grace, `suspects` may
 * still go away. `pace`: see `HealthSpec`.
 */
export function toCauses(
  symptoms: readonly Symptom[],
  firstSeen: ReadonlyMap<string, number>,
  now: number,
  pace = 1,
): { told: Cause[]; suspects: Cause[] } {
  const dated = symptoms.map((symptom) => ({ symptom, since: firstSeen.get(symptom.key) ?? Math.min(symptom.at ?? now, now) }))
  const sorted = dated.sort(
    (a, b) =>
      Number(a.symptom.note) - Number(b.symptom.note) ||
      rank(a.symptom) - rank(b.symptom) ||
      Number(a.symptom.generic) - Number(b.symptom.generic) ||
      Number(b.symptom.permanent) - Number(a.symptom.permanent) ||
      a.since - b.since ||
      a.symptom.object.localeCompare(b.symptom.object),
  )
  const isTold = ({ symptom, since }: Dated) => now - since >= symptom.graceMs / pace
  // One of several equal ones past its grace is enough to tell them all.
  const groups = [...groupBy(sorted, (d) => d.symptom.group).values()]
  return {
    told: groups.filter((g) => g.some(isTold)).map(join),
    suspects: groups.filter((g) => !g.some(isTold)).map(join),
  }
}

interface Dated {
  symptom: Symptom
  since: number
}

function join(group: Dated[]): Cause {
  const { symptom } = group[0]!
  const subjects = [...new Set(group.map((d) => d.symptom.subject))]
  const pods = new Set(group.map((d) => d.symptom.object).filter((o) => o.startsWith('Pod/'))).size
  const who = subjects.join(', ') + (pods > 1 ? ` (${pods} pods)` : '')
  return {
    code: symptom.code,
    object: symptom.object,
    headline: redact(`${who}: ${symptom.headline}`),
    evidence: symptom.evidence.slice(0, maxEvidence).map(redact),
    remedy: symptom.remedy,
    permanent: group.some((d) => d.symptom.permanent),
    since: Math.min(...group.map((d) => d.since)),
    ...(symptom.note ? { note: true } : {}),
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
