import { parseAnswer, sameAnswer } from '../settings/codec.js'
import type { AnswerValue, Setting } from '../settings/types.js'
import { isEmpty, validateAnswer } from '../settings/validate.js'
import { editLine, lineOf, type EditLine, type LineEdit } from '../text/edit-line.js'
import { resolveSession, withAnswer } from './layers.js'
import { firstFocus, focusedRow, optionKey, optionsOf, problemOfText, rowsOf, textOf, type Row } from './rows.js'
import type { Session } from './types.js'

/** The session with other typed answers, everything that follows from them recomputed. */
export function withTyped(session: Session, typed: Session['typed']): Session {
  return { ...session, typed, resolved: resolveSession(session.input, typed, session.target.facts?.layer) }
}

/** The focus on a row; a text row is then being edited. Without a key: where one begins at this step. */
export function focusOn(session: Session, key = firstFocus(session)): Session {
  const { editing: _left, ...rest } = session
  const row = rowsOf(session).find((r) => r.key === key)
  if (row === undefined || (row.kind !== 'text' && row.kind !== 'secret')) return { ...rest, focus: key }
  return { ...rest, focus: key, editing: { setting: row.setting.id, line: lineOf(textOf(row.setting, session)) } }
}

/** The focus some rows further, not beyond the ends. */
export function moveBy(session: Session, by: number): Session {
  const rows = rowsOf(session)
  const at = rows.findIndex((row) => row.key === focusedRow(session)?.key)
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + by))]
  return row ? { ...focusOn(session, row.key), pressed: false } : session
}

/** A value for a setting. A value that is there anyway (from preset, file...) is no answer of one's own. */
export function choose(session: Session, setting: Setting, value: AnswerValue | undefined): Session {
  const without = withTyped(session, withAnswer(session.typed, setting.id, undefined))
  const { [setting.id]: _draft, ...drafts } = session.drafts
  const before = without.resolved.answers[setting.id]
  if (value === undefined || sameAnswer(before, value) || (isEmpty(before) && isEmpty(value))) return { ...without, drafts }
  return { ...withTyped(session, withAnswer(session.typed, setting.id, value)), drafts }
}

/** The next or previous value of the focused choice or toggle; an option row becomes the answer. */
export function cycle(session: Session, by: number): Session {
  const row = focusedRow(session)
  if (row === undefined) return session
  if (row.kind === 'option') return choose(session, row.setting, row.value)
  const now = session.resolved.answers[row.setting.id]
  if (row.kind === 'toggle') return choose(session, row.setting, now !== true)
  if (row.kind !== 'choice') return session
  const options = optionsOf(row.setting, session)
  const at = options.findIndex((option) => option.value === now)
  const next = options[(at + by + options.length) % options.length]
  return next ? choose(session, row.setting, next.value) : session
}

/** One edit of the focused text. Acceptable text is the answer at once; other text stays a draft with its problem. */
export function editText(session: Session, edit: LineEdit): Session {
  const { editing } = session
  const row = focusedRow(session)
  if (!editing || !row) return session
  return withLine({ ...session, pressed: false }, row.setting, editLine(editing.line, forKind(row.setting, edit)))
}

/** A list pasted as lines becomes one with commas. */
function forKind({ kind }: Setting, edit: LineEdit): LineEdit {
  if (edit.edit !== 'insert' || (kind !== 'list' && kind !== 'peers')) return edit
  return {
    edit: 'insert',
    text: edit.text.trim() === '' ? edit.text : edit.text.replace(/[\r\n]+$/, '').replace(/\s*[\r\n]+\s*/g, ', '),
  }
}

/** Takes the suggestion under a refused text, or completes a name that the cluster has. */
export function complete(session: Session): Session {
  const row = focusedRow(session)
  if (!session.editing || !row) return session
  const { text } = session.editing.line
  const completed =
    problemOfText(row.setting, text, session)?.suggestion ??
    knownNames(row.setting.id, session).find((name) => name.startsWith(text) && name !== text)
  return completed === undefined ? moveBy(session, 1) : withLine(session, row.setting, lineOf(completed))
}

/** Names that the cluster has for a setting. */
export function knownNames(setting: string, { inspected, resolved }: Session): readonly string[] {
  const facts = inspected[String(resolved.answers.context)]
  return facts === undefined || facts === 'asking' ? [] : (facts.known?.[setting] ?? [])
}

/** The first row that keeps the step from being left. */
export function firstUnfinished(session: Session): Row | undefined {
  return rowsOf(session).find((row) => row.kind !== 'option' && (row.problem !== null || row.missing))
}

/** Enter on an option that is not the answer makes it the answer. */
export function takeOption(session: Session): Session {
  const row = focusedRow(session)
  if (row?.kind !== 'option' || row.chosen) return session
  const chosen = choose(session, row.setting, row.value)
  return { ...chosen, focus: optionKey(row.setting.id, row.value) }
}

function withLine(session: Session, setting: Setting, line: EditLine): Session {
  const changed = { ...session, editing: { setting: setting.id, line } }
  if (line.text === session.editing?.line.text) return changed
  const answer = answerOf(setting, line.text, session)
  if (answer === 'refused') return { ...changed, drafts: { ...session.drafts, [setting.id]: line.text } }
  return { ...choose(changed, setting, answer), editing: changed.editing }
}

/** What a text means as an answer: emptied numbers go back to what they were, an emptied text is an empty answer. */
function answerOf(setting: Setting, text: string, session: Session): AnswerValue | undefined | 'refused' {
  if (text === '' && (setting.kind === 'integer' || setting.number || setting.kind === 'secret')) return undefined
  if (text === '' && session.resolved.provenance[setting.id] === undefined) return undefined
  const parsed = parseAnswer(setting, text)
  if (parsed.problem || validateAnswer(setting, parsed.value, session.resolved.answers)) return 'refused'
  return parsed.value
}
