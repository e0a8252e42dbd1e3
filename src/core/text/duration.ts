import type { Problem } from '../settings/types.js'
import { quoted, suggest } from './characters.js'

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a duration such as `15m`, `1h30m`, `90s`, `500ms`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined
  let sum = 0
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) sum += Number(number) * units[unit!]!
  return sum
}

/** A positive duration. */
export function problemOfDuration(text: string): Problem | null {
  const parsed = parseDuration(text)
  if (parsed === undefined) {
    const compact = text
      .trim()
      .toLowerCase()
      .replace(/\s+/g, '')
      .replace(/(minutes?|mins?)/, 'm')
      .replace(/(seconds?|secs?)/, 's')
      .replace(/(hours?|hrs?)/, 'h')
    const better = /^\d+$/.test(compact) ? `${compact}m` : parseDuration(compact) !== undefined ? compact : undefined
    return { message: `${quoted(text)} is no duration, e.g. 15m or 1h30m`, ...suggest(better, text) }
  }
  return parsed > 0 ? null : { message: 'a duration must be more than zero' }
}

/** For people: `850ms`, `42s`, `1m 52s`, `2h 05m`, `3d 4h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))}ms`
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`
  const hours = Math.floor(seconds / 3600)
  return hours < 24 ? `${hours}h ${pad(Math.floor((seconds % 3600) / 60))}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`
}

/** A clock that runs: `00:41`, `12:03`, `1:02:03`. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const tail = `${pad(Math.floor((seconds % 3600) / 60))}:${pad(seconds % 60)}`
  return seconds < 3600 ? tail : `${Math.floor(seconds / 3600)}:${tail}`
}

const pad = (n: number) => String(n).padStart(2, '0')
