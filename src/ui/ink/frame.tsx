import { Box } from 'ink'
import { windowAt, windowCentred, type ListWindow } from '../../core/text/list-window.js'
import { blank, Line, lineWidth, span, type LineOf, type Span } from './line.js'
import { useTheme } from './theme.js'

export interface Size {
  columns: number
  rows: number
}

/** A key and what it does now, in words. */
export type Hint = readonly [key: string, words: string]

/** The parts of a screen; each line has one row. */
export interface FrameParts {
  header: readonly LineOf[]
  body: readonly LineOf[]
  /** Index of the body line that must be visible. */
  focus?: number
  /** Instead of a focus: the body is scrolled by so many lines. */
  scroll?: number
  /** Help, problems: under the body, cut when there is no room. */
  below?: readonly LineOf[]
  /** The next action first. */
  hints: readonly Hint[]
}

/** Wider lines are harder to read, and what is at their right edge is too far from its row. */
const widest = 100

/** The width that lines are made for. */
export const widthFor = ({ columns }: Size): number => Math.max(20, Math.min(columns, widest) - 1)

/**
 * Draws a screen in at most rows - 1 rows: Ink clears the whole terminal, scrollback included, when a frame is higher.
 * The body is a window around its focus.
 */
export function Frame({ parts, size }: { parts: FrameParts; size: Size }) {
  const { glyphs } = useTheme()
  const width = widthFor(size)
  const lines = layOut(parts, size.rows - 1, width, glyphs.ellipsis)
  return (
    <Box flexDirection="column">
      {lines.map((line, i) => (
        <Line key={i} line={line} width={width} />
      ))}
    </Box>
  )
}

/** All lines of a frame, never more than `height`. */
export function layOut(parts: FrameParts, height: number, width: number, ellipsis: string): LineOf[] {
  const { header, body, below = [] } = parts
  const footer = hintLine(parts.hints, width)
  const free = height - header.length - 1
  const airy = height >= 15
  const gapTop = airy || free > body.length + below.length ? 1 : 0
  const gapBottom = height >= 10 ? 1 : 0
  const help = below.slice(0, Math.max(1, Math.min(below.length, height >= 20 ? 8 : airy ? 4 : 2)))
  const gapHelp = help.length > 0 && airy && body.length > 0 ? 1 : 0
  const room = Math.max(1, free - gapTop - gapBottom - gapHelp - help.length)
  const window =
    parts.scroll === undefined ? windowCentred(body.length, room, parts.focus ?? 0) : windowAt(body.length, room, parts.scroll)
  const shown = windowed(body, window, parts.scroll === undefined ? (parts.focus ?? 0) : -1, ellipsis)
  const lines = [
    ...header,
    ...(gapTop ? [blank] : []),
    ...shown,
    ...(gapHelp ? [blank] : []),
    ...help,
    ...(gapBottom ? [blank] : []),
    footer,
  ]
  return lines.length <= height ? lines : [...lines.slice(0, Math.max(0, height - 1)), footer]
}

function windowed(body: readonly LineOf[], { start, end, above, below }: ListWindow, focus: number, ellipsis: string): LineOf[] {
  const lines = body.slice(start, end)
  // The edges say that there is more, unless the focus itself is there.
  if (lines.length >= 3 && above > 0 && focus !== start) lines[0] = more(above + 1, 'above', ellipsis)
  if (lines.length >= 3 && below > 0 && focus !== end - 1) lines[lines.length - 1] = more(below + 1, 'below', ellipsis)
  return lines
}

const more = (count: number, where: string, ellipsis: string): LineOf => [span(`    ${ellipsis} ${count} more ${where}`, 'dim')]

/** As many hints as fit, the first ones first. */
export function hintLine(hints: readonly Hint[], width: number): LineOf {
  const line: Span[] = [span('  ')]
  for (const [key, words] of hints) {
    const next = [...(line.length > 1 ? [span('   ')] : []), span(key, 'accent'), span(` ${words}`, 'dim')]
    if (lineWidth(line) + lineWidth(next) > width && line.length > 1) break
    line.push(...next)
  }
  return line
}
