import { cellsOf, clip } from '../../../core/text/width.js'
import { graphemes, type EditLine } from '../../../core/text/edit-line.js'
import { span, type Span } from '../line.js'

/** A line being edited, its cursor inverse, scrolled so that the cursor is inside `room` cells. */
export function lineSpans(line: EditLine, room: number, placeholder = ''): Span[] {
  const chars = graphemes(line.text)
  const cursor: Span = { text: ' ', inverse: true }
  if (chars.length === 0) return [cursor, span(clip(placeholder, Math.max(0, room - 1)), 'dim')]
  const width = Math.max(2, room)
  // Back from the cursor as far as there is room, the cursor's own cell included.
  let start = line.cursor
  let used = 1
  while (start > 0 && used + cellsOf(chars[start - 1]!) <= width) used += cellsOf(chars[--start]!)
  let end = line.cursor
  while (end < chars.length && used + cellsOf(chars[end]!) <= width) used += cellsOf(chars[end++]!)
  const before = chars.slice(start, line.cursor).join('')
  const under = chars[line.cursor]
  if (under === undefined) return [span(before), cursor]
  return [
    span(before),
    { text: under, inverse: true },
    span(chars.slice(line.cursor + 1, Math.max(line.cursor + 1, end)).join('')),
  ]
}

const mask = '*'.repeat(8)

/** A secret: always the same width, so that not even its length is shown. With a line: it is being typed. */
export function secretSpans(line?: EditLine): Span[] {
  if (!line) return [span(mask)]
  return line.text === ''
    ? [{ text: ' ', inverse: true }, span('typed text is not shown', 'dim')]
    : [span(mask), { text: ' ', inverse: true }]
}
