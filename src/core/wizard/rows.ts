import { formatAnswer, labelOf, parseAnswer } from '../settings/codec.js'
import type { AnswerValue, Option, Problem, Setting } from '../settings/types.js'
import { isEmpty, validateAnswer } from '../settings/validate.js'
import { askedIn, isSection } from './steps.js'
import type { Session } from './types.js'

/** The value of the entry in the cluster list that changes to the simulated cluster. No context can be called so. */
export const rehearse = ' rehearse '

/** One line of a step's form. The focus moves from row to row; each has one line on the screen. */
export type Row = OptionRow | FieldRow

/** One option of the section's first question. */
export interface OptionRow {
  key: string
  kind: 'option'
  setting: Setting
  value: AnswerValue
  label: string
  hint: string
  /** It is the answer now. */
  chosen: boolean
}

/** A question on one line. */
export interface FieldRow {
  key: string
  kind: 'text' | 'secret' | 'choice' | 'toggle'
  setting: Setting
  /** The answer in words; '' when there is none. Of secrets, only whether there is one. */
  value: string
  /** What it means that there is no answer. */
  empty: string
  /** What follows from a choice's value. */
  hint: string
  /** Where the answer came from, for a person; '' for the chart's defaults. */
  from: string
  problem: Problem | null
  /** An answer is needed and there is none. */
  missing: boolean
}

export const optionKey = (setting: string, value: AnswerValue) => `${setting}=${String(value)}`

/** The rows of the step that the session is at; empty for steps that are no questions. */
export function rowsOf(session: Session): Row[] {
  if (!isSection(session.at)) return []
  return askedIn(session.at, session.resolved.answers).flatMap((setting, index): Row[] => {
    const options = optionsOf(setting, session)
    const isOpen = setting.id === 'context' || (options.length > 0 && index === 0)
    return isOpen ? options.map((option) => optionRow(setting, option, session)) : [fieldRow(setting, session)]
  })
}

/** Options of a question; the contexts of the kubeconfig are options too. */
export function optionsOf(setting: Setting, session: Session): readonly Option[] {
  return setting.id === 'context' ? contextOptions(session) : (setting.options ?? [])
}

/** The setting of the focused row. */
export function focusedRow(session: Session): Row | undefined {
  const rows = rowsOf(session)
  return rows.find((row) => row.key === session.focus) ?? rows[0]
}

/** Where the focus is when one comes to a step: on the answer of its first question, or on the first row. */
export function firstFocus(session: Session): string {
  const rows = rowsOf(session)
  return (rows.find((row) => row.kind === 'option' && row.chosen) ?? rows[0])?.key ?? ''
}

/** The text that a field starts with when it is edited. */
export function textOf(setting: Setting, session: Pick<Session, 'drafts' | 'resolved'>): string {
  const draft = session.drafts[setting.id]
  if (draft !== undefined) return draft
  const value = session.resolved.answers[setting.id]
  return value === undefined ? '' : formatAnswer(setting, value)
}

/** Why a typed text cannot be the answer, or null. */
export function problemOfText(setting: Setting, text: string, session: Pick<Session, 'resolved'>): Problem | null {
  if (text === '') return null
  const parsed = parseAnswer(setting, text)
  return parsed.problem ?? validateAnswer(setting, parsed.value, session.resolved.answers)
}

function optionRow(setting: Setting, option: Option, session: Session): OptionRow {
  const chosen = session.resolved.answers[setting.id] === option.value
  return {
    key: optionKey(setting.id, option.value),
    kind: 'option',
    setting,
    value: option.value,
    label: option.label,
    hint: option.hint ?? '',
    chosen,
  }
}

function fieldRow(setting: Setting, session: Session): FieldRow {
  const { answers, provenance } = session.resolved
  const value = answers[setting.id]
  const empty = isEmpty(value)
  const draft = session.drafts[setting.id]
  const source = provenance[setting.id]
  return {
    key: setting.id,
    kind: setting.kind === 'choice' || setting.kind === 'toggle' || setting.kind === 'secret' ? setting.kind : 'text',
    setting,
    value:
      setting.kind === 'secret'
        ? empty
          ? ''
          : 'typed'
        : setting.kind === 'toggle'
          ? labelOf(setting, value ?? false)
          : empty
            ? ''
            : labelOf(setting, value!),
    empty: emptyMeans(setting),
    hint: setting.options?.find((option) => option.value === value)?.hint ?? '',
    from: empty || source === undefined || source.source === 'chart' ? '' : source.label,
    problem:
      draft !== undefined ? problemOfText(setting, draft, session) : empty ? null : validateAnswer(setting, value!, answers),
    missing: empty && (setting.required?.(answers) ?? false),
  }
}

/** The catalog's help says what an empty answer means: "Empty: the cluster's default class." */
const emptyMeans = (setting: Setting): string => /Empty: ([^.;]+)/.exec(setting.help)?.[1] ?? 'none'

function contextOptions({ contexts, inspected, rehearsal, target, resolved }: Session): Option[] {
  const options = contexts.items.map(({ name, current, server }): Option => {
    const facts = inspected[name]
    const words = [
      facts === 'asking' ? 'asking ...' : (facts?.detail ?? server ?? ''),
      facts !== 'asking' && facts?.reachable && resolved.answers.context === name ? releaseOf(target.facts?.release) : '',
      current ? 'current context' : '',
    ]
    return { value: name, label: name, hint: words.filter(Boolean).join(', ') }
  })
  // While they are being read there is nothing to choose from, so that a quick Enter means the cluster.
  if (contexts.state === 'loading') return []
  return rehearsal
    ? options
    : [...options, { value: rehearse, label: 'Rehearse', hint: 'a simulated cluster in this process, nothing is installed' }]
}

const releaseOf = (release: { revision: number; appVersion: string } | undefined) =>
  release ? `has MLflow ${release.appVersion}, revision ${release.revision}: upgrade` : ''
