import { problemOfInvisible, quoted, suggest, visible } from '../../text/characters.js'
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
    const problem = problemOfQuantity(typed, of) ?? plainQuantity(typed)
    if (problem || atMost === undefined) return problem
    const limit = answers[atMost]
    const most = typeof limit === 'string' && limit !== '' ? parseQuantity(limit) : undefined
    if (most === undefined || parseQuantity(typed)! <= most) return null
    return { message: `the request ${quoted(typed)} is more than the limit ${quoted(String(limit))}`, suggestion: String(limit) }
  })
}

// Valid in Kubernetes, but hard to read: the chart does not take signs and exponents.
function plainQuantity(typed: string): Problem | null {
  if (/^\d+(\.\d+)?[A-Za-z]*$/.test(typed) && !/[eE]\d+$/.test(typed)) return null
  return {
    message: `${quoted(typed)} must be written with digits and a unit only`,
    ...suggest(String(parseQuantity(typed)), typed),
  }
}

/** A database as the chart takes it: letters, digits, `_` and `-`; `<name>_auth` must fit into PostgreSQL's 63 bytes. */
export function problemOfDatabaseName(typed: string): Problem | null {
  const hidden = problemOfInvisible(typed)
  if (hidden) return hidden
  const better = visible(typed)
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^(?=[^A-Za-z_])/, '_')
  const longest = 58
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(typed)) {
    return {
      message: `${quoted(typed)} is no database name: letters, digits, "_" and "-", first a letter`,
      ...suggest(better.slice(0, longest), typed),
    }
  }
  return typed.length > longest
    ? { message: `${typed.length} characters, at most ${longest} are allowed`, ...suggest(typed.slice(0, longest), typed) }
    : null
}

/** A user of a database: anything without blanks, at most 63 bytes (PostgreSQL's NAMEDATALEN). */
export function problemOfUserName(typed: string): Problem | null {
  const hidden = problemOfInvisible(typed)
  if (hidden) return hidden
  if (/\s/.test(typed)) return { message: 'a user name has no blanks', ...suggest(typed.replace(/\s+/g, ''), typed) }
  const bytes = new TextEncoder().encode(typed).length
  return bytes > 63 ? { message: `${bytes} bytes, at most 63 are allowed` } : null
}

/** Whether an answer is a text that is not empty. */
export function given(answer: AnswerValue | undefined): boolean {
  return typeof answer === 'string' && answer !== ''
}
