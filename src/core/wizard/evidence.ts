import type { Cause } from '../health/types.js'

/** Of a cause's evidence what tells most in `count` lines: what was seen first, and the last lines of a log. */
export function briefEvidence({ evidence, headline }: Cause, count = 3): string[] {
  const lines = evidence.filter((line) => line.trim() !== '' && !headline.includes(line))
  return lines.length <= count ? lines : [...lines.slice(0, 1), ...lines.slice(lines.length - count + 1)]
}
