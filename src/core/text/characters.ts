import type { Problem } from '../settings/types.js'

// Written as code points: characters that nobody can see are hard to review. Zero-width, direction marks, BOM, NBSP, soft hyphen.
const invisible = new Set([
  0xa0, 0xad, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202c, 0x202e, 0x2060, 0xfeff,
])
const isInvisible = (c: string) => {
  const code = c.codePointAt(0)!
  return invisible.has(code) || code < 0x20 || code === 0x7f
}

/** `text` without invisible characters and outer blanks. */
export function visible(text: string): string {
  return [...text]
    .filter((c) => !isInvisible(c))
    .join('')
    .trim()
}

/** U+ notation of one character. */
export function codePoint(c: string): string {
  return `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Refuses characters that come with a paste and cannot be seen, and blanks at either end. */
export function problemOfInvisible(text: string): Problem | null {
  const hidden = [...text].find(isInvisible)
  if (hidden !== undefined) {
    const name =
      hidden === '\n' || hidden === '\r'
        ? 'a line break'
        : hidden === '\t'
          ? 'a tab'
          : `an invisible character (${codePoint(hidden)})`
    return { message: `contains ${name}`, ...suggest(visible(text), text) }
  }
  if (text !== text.trim()) return { message: 'begins or ends with a blank', ...suggest(text.trim(), text) }
  return null
}

/** `{suggestion}` when there is one that differs from what was typed. */
export function suggest(candidate: string | undefined, typed: string): { suggestion?: string } {
  return candidate !== undefined && candidate !== '' && candidate !== typed ? { suggestion: candidate } : {}
}

/** A typed text in a message: quoted, cut at 40 characters, invisible ones shown as U+. */
export function quoted(text: string): string {
  const shown = [...text].map((c) => (isInvisible(c) ? `<${codePoint(c)}>` : c)).join('')
  return `"${shown.length > 40 ? `${shown.slice(0, 39)}…` : shown}"`
}
