import { problemOfInvisible, quoted, suggest } from '../../text/characters.js'
import type { QuantityOf } from '../../text/quantity.js'
import { parseQuantity, problemOfQuantity } from '../../text/quantity.js'
import type { Answers, AnswerValue, Problem } from '../types.js'

type Validate = (value: AnswerValue, answers: Answers) => Problem | null

/** A check of text as a setting's `validate`. Empty text is a matter of `required`, not of form. */
export function text(check: (text: string, answers: Answers) => Problem | null): Validate {
  return (value, answers) => (value === '' ? null : check(String(value), answers))
}

/** A whole number between two bounds. */
export function integer(least: number, most: number): Validate {
  return (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return { message: `${quoted(String(value))} is no whole number` }
    if (value < least || value > most)
      return { message: `${value} is not between ${least} and ${most}`, suggestion: String(value < least ? least : most) }
    return null
  }
}

/** A quantity; `atMost` names the setting that may not be smaller (a limit). */
export function quantity(of: QuantityOf, atMost?: string): Validate {
  return text((typed, answers) => {
    const problem = problemOfQuantity(typed, of)
    if (problem || atMost === undefined) return problem
    const limit = answers[atMost]
    const most = typeof limit === 'string' && limit !== '' ? parseQuantity(limit) : undefined
    if (most === undefined || parseQuantity(typed)! <= most) return null
    return { message: `the request ${quoted(typed)} is more than the limit ${quoted(String(limit))}`, suggestion: String(limit) }
  })
}

/** A name inside a database: anything printable, at most 63 bytes (PostgreSQL's NAMEDATALEN). */
export function problemOfDatabaseName(typed: string): Problem | null {
  const hidden = problemOfInvisible(typed)
  if (hidden) return hidden
  const bytes = new TextEncoder().encode(typed).length
  return bytes > 63 ? { message: `${bytes} bytes, PostgreSQL allows 63`, ...suggest(typed.slice(0, 63), typed) } : null
}

/** Whether an answer is a text that is not empty. */
export function given(answer: AnswerValue | undefined): boolean {
  return typeof answer === 'string' && answer !== ''
}
