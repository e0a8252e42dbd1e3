import { sections } from '../../core/settings/catalog.js'
import { formatAnswer, labelOf, parseAnswer } from '../../core/settings/codec.js'
import type { Answers, AnswerValue, Resolved, SectionId, Setting } from '../../core/settings/types.js'
import { isEmpty, validateAnswer } from '../../core/settings/validate.js'
import { askedIn, isFine, isGiven } from '../../core/wizard/steps.js'

/** Lines out and lines in; nothing is ever redrawn. */
export interface Dialogue {
  say(line: string): void
  /** The typed line; undefined when the input has ended. `hidden`: it is not echoed. */
  ask(question: string, hidden?: boolean): Promise<string | undefined>
}

/** The input ended before the last answer. */
export class DialogueEnded extends Error {}

/**
 * The wizard's questions as plain text, section by section: Enter keeps what is there, c changes it. Sections that
 * flags, files or the environment answered are told and not asked.
 * @param resolveWith all layers with these typed answers on top
 * @throws DialogueEnded
 */
export async function askSections(
  dialogue: Dialogue,
  only: readonly SectionId[],
  resolveWith: (typed: Answers) => Resolved,
  typed: Answers,
): Promise<Answers> {
  let answers = typed
  for (const { id, title } of sections.filter((s) => only.includes(s.id))) {
    const resolved = resolveWith(answers)
    const asked = askedIn(id, resolved.answers)
    if (asked.length === 0) continue
    dialogue.say('')
    dialogue.say(`${title}: ${summary(asked, resolved.answers)}`)
    if (isGiven(id, { resolved })) continue
    const isComplete = asked.every((setting) => isFine(setting, resolved.answers))
    if (isComplete && (await line(dialogue, 'Enter to keep, c to change: ')).toLowerCase() !== 'c') continue
    answers = await askSection(dialogue, id, resolveWith, answers)
  }
  return answers
}

// The first answer decides which others are asked, so the list is made anew after each.
async function askSection(
  dialogue: Dialogue,
  section: SectionId,
  resolveWith: (typed: Answers) => Resolved,
  typed: Answers,
): Promise<Answers> {
  const done = new Set<string>()
  let answers = typed
  for (;;) {
    const current = resolveWith(answers).answers
    const setting = askedIn(section, current).find((s) => !done.has(s.id))
    if (!setting) return answers
    done.add(setting.id)
    const value = await askSetting(dialogue, setting, current)
    if (value !== undefined) answers = { ...answers, [setting.id]: value }
  }
}

/** One question until its answer is accepted; undefined: what was there stays. */
async function askSetting(dialogue: Dialogue, setting: Setting, answers: Answers): Promise<AnswerValue | undefined> {
  const present = answers[setting.id]
  dialogue.say(`  ${setting.title}. ${setting.help}`)
  setting.options?.forEach((option, i) => dialogue.say(`    ${i + 1}  ${option.label}${option.hint ? `, ${option.hint}` : ''}`))
  for (;;) {
    const now = setting.kind === 'secret' ? (isEmpty(present) ? '' : 'kept') : isEmpty(present) ? '' : shown(setting, present!)
    const text = await line(dialogue, `  ${setting.title}${now === '' ? '' : ` [${now}]`}: `, setting.kind === 'secret')
    if (text === '') {
      if (!isEmpty(present) || !(setting.required?.(answers) ?? false)) return undefined
      dialogue.say('  This needs an answer.')
      continue
    }
    const numbered = setting.options?.[Number(text) - 1]
    const parsed = numbered ? { value: numbered.value, problem: undefined } : parseAnswer(setting, text)
    const problem = parsed.problem ?? validateAnswer(setting, parsed.value!, answers)
    if (!problem) return parsed.value
    dialogue.say(`  Not accepted: ${problem.message}.${problem.suggestion ? ` Would be fine: ${problem.suggestion}` : ''}`)
  }
}

const shown = (setting: Setting, value: AnswerValue) =>
  setting.kind === 'toggle' ? labelOf(setting, value) : formatAnswer(setting, value)

function summary(asked: readonly Setting[], answers: Answers): string {
  const words = asked.flatMap((setting) => {
    const value = answers[setting.id]
    if (isEmpty(value) || (setting.kind === 'secret' && value !== undefined)) return []
    return [`${setting.title.toLowerCase()} ${labelOf(setting, value!)}`]
  })
  return words.join(', ') || 'nothing set'
}

/** A typed line without blanks around it. @throws DialogueEnded */
export async function line(dialogue: Dialogue, question: string, hidden = false): Promise<string> {
  const text = await dialogue.ask(question, hidden)
  if (text === undefined) throw new DialogueEnded('the input ended before the last answer; nothing was touched')
  return hidden ? text : text.trim()
}
