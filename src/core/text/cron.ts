import { Cron } from 'croner'
import type { Problem } from '../settings/types.js'
import { problemOfInvisible, quoted, suggest } from './characters.js'

/** One field of a schedule. Kubernetes parses with robfig/cron: five fields, names for months and days, Sunday is 0 only. */
interface Field {
  name: string
  min: number
  max: number
  names?: readonly string[]
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const fields: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: months },
  { name: 'day of week', min: 0, max: 6, names: days },
]
const nicknames: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** A CronJob's schedule: five fields or one of @hourly, @daily, @weekly, @monthly, @yearly. */
export function problemOfCron(text: string): Problem | null {
  if (text.trim() === '') return { message: 'a schedule is needed, e.g. "0 2 * * *" for every day at 02:00' }
  const hidden = problemOfInvisible(text)
  if (hidden) return hidden
  if (text.startsWith('@')) return problemOfNickname(text)
  if (/^(CRON_)?TZ=/i.test(text))
    return { message: 'the time zone has a setting of its own', ...suggest(text.replace(/^\S+\s+/, ''), text) }
  const parts = text.split(/\s+/)
  if (parts.length === 6 || parts.length === 7) return problemOfExtraField(text, parts)
  if (parts.length !== 5)
    return { message: `${parts.length} fields, a schedule has five: minute hour day-of-month month day-of-week` }
  for (const [i, field] of fields.entries()) {
    const problem = problemOfField(parts[i]!, field)
    if (problem) return { message: problem.message, ...suggest(fixed(parts, i, problem.suggestion), text) }
  }
  if (nextRuns(text, 1, new Date(), 'UTC').length === 0) return { message: `${quoted(text)} never comes: there is no such date` }
  return null
}

/**
 * The next `n` moments of a schedule after `from`, in the IANA time zone `tz`. Empty when the schedule is wrong or
 * never comes.
 */
export function nextRuns(expression: string, n: number, from: Date, tz: string): Date[] {
  try {
    return new Cron(nicknames[expression] ?? expression, { paused: true, timezone: tz }).nextRuns(n, from)
  } catch {
    return []
  }
}

function problemOfNickname(text: string): Problem | null {
  if (nicknames[text]) return null
  const hours = /^@every\s+(\d+)h$/.exec(text)?.[1]
  if (text.startsWith('@every')) {
    return {
      message: 'an interval has no time of day, and starts anew with each controller restart',
      ...suggest(hours && 24 % Number(hours) === 0 ? `0 */${hours} * * *` : undefined, text),
    }
  }
  const lower = nicknames[text.toLowerCase()] ? text.toLowerCase() : undefined
  return { message: `${quoted(text)} is none of ${Object.keys(nicknames).join(', ')}`, ...suggest(lower, text) }
}

// Quartz and some cron libraries put seconds first, and a year last.
function problemOfExtraField(text: string, parts: string[]): Problem {
  const noSeconds = parts.slice(1, 6).map((part) => (part === '?' ? '*' : part))
  const noYear = parts.slice(0, 5).map((part) => (part === '?' ? '*' : part))
  const better = [noSeconds, noYear].map((five) => five.join(' ')).find((five) => problemOfCron(five) === null)
  const seconds = parts.length === 7 || better === undefined || better === noSeconds.join(' ')
  const extra =
    parts.length === 7
      ? `the first (seconds, ${quoted(parts[0]!)}) and the last (year, ${quoted(parts[6]!)}) are`
      : seconds
        ? `the first (seconds, ${quoted(parts[0]!)}) is`
        : `the last (year, ${quoted(parts[5]!)}) is`
  return { message: `${parts.length} fields, Kubernetes takes five: ${extra} too many`, ...suggest(better, text) }
}

function fixed(parts: string[], index: number, replacement: string | undefined): string | undefined {
  if (replacement === undefined) return undefined
  const text = parts.map((part, i) => (i === index ? replacement : part)).join(' ')
  return problemOfCron(text) === null ? text : undefined
}

function problemOfField(text: string, field: Field): Problem | null {
  if (text.includes('?'))
    return { message: `"?" in the ${field.name} is Quartz syntax: use "*"`, suggestion: text.replace(/\?/g, '*') }
  if (/^\d*[LW#]|[#]|^L|\dL$/.test(text) && !field.names?.some((name) => text.toLowerCase().startsWith(name))) {
    return { message: `${quoted(text)} in the ${field.name} is Quartz syntax that Kubernetes does not know` }
  }
  for (const item of text.split(',')) {
    const problem = problemOfItem(item, field)
    if (problem)
      return {
        message: problem.message,
        ...(problem.suggestion !== undefined ? { suggestion: text.replace(item, problem.suggestion) } : {}),
      }
  }
  return null
}

function problemOfItem(item: string, field: Field): Problem | null {
  const pieces = item.split('/')
  if (pieces.length > 2) return { message: `${quoted(item)} has more than one step` }
  const [range, step] = pieces as [string, string | undefined]
  if (step !== undefined && (!/^\d+$/.test(step) || Number(step) === 0))
    return { message: `the step ${quoted(step)} of the ${field.name} must be 1 or more` }
  if (range === '*') return null
  const ends = range.split('-')
  if (ends.length > 2) return { message: `${quoted(range)} is no range` }
  const numbers: number[] = []
  for (const end of ends) {
    const named = field.names?.indexOf(end.toLowerCase()) ?? -1
    const number = named >= 0 ? named + field.min : /^\d+$/.test(end) ? Number(end) : undefined
    if (number === undefined) return { message: `${quoted(end)} is no ${field.name}` }
    if (number === 7 && field.max === 6 && ends.length === 1)
      return { message: 'Sunday is 0 in Kubernetes, not 7', suggestion: '0' }
    if (number < field.min || number > field.max)
      return { message: `the ${field.name} ${quoted(end)} is not between ${field.min} and ${field.max}` }
    numbers.push(number)
  }
  if (numbers.length === 2 && numbers[0]! > numbers[1]!)
    return { message: `the range ${quoted(range)} of the ${field.name} runs backwards` }
  return null
}

/** An IANA time zone as the CronJob controller takes it, e.g. `Europe/Berlin`, `Etc/UTC`. */
export function problemOfTimeZone(text: string): Problem | null {
  if (text === '') return { message: 'a time zone is needed, e.g. Etc/UTC' }
  const known = [...Intl.supportedValuesOf('timeZone'), 'UTC', 'Etc/UTC']
  if (known.includes(text)) return null
  const sameLetters = known.find((zone) => zone.toLowerCase() === text.trim().toLowerCase().replace(/ /g, '_'))
  if (sameLetters)
    return { message: `${quoted(text)} is no IANA time zone: upper and lower case count`, ...suggest(sameLetters, text) }
  const city = known.find((zone) => zone.toLowerCase().endsWith(`/${text.trim().toLowerCase().replace(/ /g, '_')}`))
  try {
    // Older names (Asia/Calcutta) are not in the list but are time zones too; offsets (+02:00) are not for Kubernetes.
    if (/^[A-Z][A-Za-z_]+(\/[A-Z][\w+-]*)+$/.test(text)) {
      new Intl.DateTimeFormat('en', { timeZone: text })
      return null
    }
  } catch {
    // No such zone: refused below.
  }
  return { message: `${quoted(text)} is no IANA time zone, e.g. Europe/Berlin`, ...suggest(city, text) }
}
