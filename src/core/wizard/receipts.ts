import { labelOf } from '../settings/codec.js'
import type { Answers, Provenance, Setting } from '../settings/types.js'
import { isEmpty } from '../settings/validate.js'
import { askedIn, isSection, titleOf } from './steps.js'
import type { Receipt, Session, StepId } from './types.js'

/** The line that a step leaves above the questions; undefined for steps that leave none. */
export function receiptOf(step: StepId, session: Session): Receipt | undefined {
  if (step === 'review') return undefined
  return { step, label: titleOf(step), text: step === 'prerequisites' ? checksLine(session) : sectionLine(step, session) }
}

/** `receipts` with the step's line, unless the last one of that step says the same. */
export function withReceipt(session: Session, step: StepId): Session {
  const receipt = receiptOf(step, session)
  const before = session.receipts.filter((r) => r.step === step).at(-1)
  if (!receipt || before?.text === receipt.text) return session
  return { ...session, receipts: [...session.receipts, receipt] }
}

/** A section's answers in words, the first question's answer first: `external, db.example.com, mlflow`. */
export function sectionLine(step: StepId, session: Pick<Session, 'resolved' | 'target' | 'inspected'>): string {
  if (!isSection(step)) return ''
  const { answers } = session.resolved
  if (step === 'cluster') return [String(answers.context ?? ''), clusterDetail(session)].filter(Boolean).join('   ')
  const [main, ...rest] = askedIn(step, answers)
  if (!main) return ''
  const words = [main, ...rest].map((setting) => wordsOf(setting, answers, setting === main)).filter(Boolean)
  const line = words.join(', ')
  if (step !== 'target' || !session.target.facts) return line
  const { namespace, release } = session.target.facts
  return `${line}   ${namespace}${release ? `, upgrade of revision ${release.revision}` : ''}`
}

/** Where a section's answers come from: the sources of those that were given, strongest first, without repetition. */
export function sourceLine(
  step: StepId,
  { answers, provenance }: { answers: Answers; provenance: Readonly<Record<string, Provenance>> },
): string {
  if (!isSection(step)) return ''
  const labels = askedIn(step, answers)
    .filter((setting) => !isEmpty(answers[setting.id]))
    .map((setting) => provenance[setting.id]?.label ?? '')
    .filter((label) => label !== '' && label !== 'chart default' && label !== 'default')
  const unique = [...new Set(labels)]
  return unique.length === 0 ? 'default' : unique.length > 2 ? `${unique.slice(0, 2).join(', ')} ...` : unique.join(', ')
}

function wordsOf(setting: Setting, answers: Answers, main: boolean): string {
  const value = answers[setting.id]
  if (setting.kind === 'secret')
    return isEmpty(value) ? (setting.id === 'auth.password' ? 'password generated' : '') : `${lower(setting.title)} typed`
  if (setting.id === 'preset')
    return [String(value), setting.options?.find((option) => option.value === value)?.hint].filter(Boolean).join('   ')
  if (setting.kind === 'toggle') {
    const isNamed = titleOf(setting.section).split(' ')[0] === setting.title.split(' ')[0]
    const words = isNamed ? labelOf(setting, value ?? false) : `${lower(setting.title)} ${labelOf(setting, value ?? false)}`
    return main ? words : value === true ? lower(setting.title) : ''
  }
  if (isEmpty(value)) return ''
  const text = labelOf(setting, value!)
  return named.has(setting.id) ? `${lower(setting.title)} ${text}` : text
}

/** A title inside a sentence: `CPU request` and `ServiceMonitor` keep their capitals. */
const lower = (title: string) => (/^[A-Z][a-z]+( |$)/.test(title) ? title[0]!.toLowerCase() + title.slice(1) : title)

// Numbers and names that say nothing by themselves.
const named = new Set([
  'backup.retention',
  'size.replicas',
  'size.minReplicas',
  'size.maxReplicas',
  'size.cpuRequest',
  'size.memoryRequest',
  'size.cpuLimit',
  'size.memoryLimit',
  'release',
  'network.monitoringNamespace',
  'network.ingressNamespace',
  'database.authName',
  'tracing.samplingRatio',
])

function clusterDetail({ resolved, inspected }: Pick<Session, 'resolved' | 'inspected'>): string {
  const facts = inspected[String(resolved.answers.context)]
  return facts === undefined || facts === 'asking' ? '' : facts.detail
}

function checksLine({ checks }: Session): string {
  const count = (state: string) => checks.results.filter((r) => r.state === state).length
  const words = [`${count('pass')} ok`]
  if (count('warn') > 0) words.push(`${count('warn')} ${count('warn') === 1 ? 'warning' : 'warnings'}`)
  if (count('unknown') > 0) words.push(`${count('unknown')} unknown`)
  if (count('fail') > 0) words.push(`${count('fail')} failed`)
  return words.join(', ')
}
