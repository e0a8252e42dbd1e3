import { catalog } from './catalog.js'
import { parseAnswer } from './codec.js'
import type { Answers, AnswerValue, Problem, Setting } from './types.js'

/** A setting whose answer is refused. */
export interface SettingProblem {
  setting: Setting
  problem: Problem
}

/** Whether the setting means anything with these answers. */
export function isAsked(setting: Setting, answers: Answers): boolean {
  return setting.when?.(answers) ?? true
}

/** Whether there is no answer, or an empty one. */
export function isEmpty(value: AnswerValue | undefined): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

/** Why an answer is refused, or null. */
export function validateAnswer(setting: Setting, value: AnswerValue, answers: Answers): Problem | null {
  const options = setting.options?.map((option) => option.value)
  if (options && !options.includes(value as (typeof options)[number])) {
    const parsed = parseAnswer(setting, String(value))
    return parsed.problem ?? { message: `write ${String(parsed.value)}`, suggestion: String(parsed.value) }
  }
  const problem = setting.validate?.(value, answers) ?? null
  return problem?.suggestion === undefined ? problem : withUsableSuggestion(setting, problem, answers)
}

// A suggestion mends what is wrong first; what is wrong behind that is mended too, or nothing is suggested.
function withUsableSuggestion(setting: Setting, problem: Problem, answers: Answers): Problem {
  let suggestion = problem.suggestion
  for (let tries = 0; suggestion !== undefined && tries < 3; tries++) {
    const { value } = parseAnswer(setting, suggestion)
    if (value === undefined || isEmpty(value)) break
    const next: Problem | null = setting.validate?.(value, answers) ?? null
    if (!next) return { message: problem.message, suggestion }
    suggestion = next.suggestion
  }
  return { message: problem.message }
}

/** Every refused answer among those that count. Typed secrets always count: they go into the Secret in any case. */
export function problemsOf(answers: Answers): SettingProblem[] {
  return catalog.flatMap((setting) => {
    const value = answers[setting.id]
    if (value === undefined || !(setting.kind === 'secret' || isAsked(setting, answers))) return []
    const problem = validateAnswer(setting, value, answers)
    return problem ? [{ setting, problem }] : []
  })
}

/**
 * Every setting that needs an answer and has none. `present` are ids of secrets that the cluster already holds: an
 * upgrade does not ask for them again.
 */
export function missingOf(answers: Answers, present: readonly string[] = []): Setting[] {
  return catalog.filter(
    (setting) =>
      isAsked(setting, answers) &&
      (setting.required?.(answers) ?? false) &&
      isEmpty(answers[setting.id]) &&
      !present.includes(setting.id),
  )
}
