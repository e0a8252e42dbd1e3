import type { Cause } from '../health/types.js'

/** A cause as lines for plain text: why, what was seen, what to do. Used wherever nothing is drawn. */
export function causeText(cause: Cause, indent = '  '): string[] {
  return [
    `${indent}WHY  ${cause.headline}`,
    ...cause.evidence.filter((line) => !cause.headline.includes(line)).map((line) => `${indent}     ${line}`),
    ...cause.remedy.split('\n').map((line, i) => `${indent}${i === 0 ? 'DO   ' : '     '}${line}`),
  ]
}
