import { Text } from 'ink'
import { clip, fill, widthOf } from '../../core/text/width.js'
import { colours, useTheme, type Tone } from './theme.js'

/** A piece of a line. */
export interface Span {
  text: string
  tone?: Tone
  bold?: boolean
  inverse?: boolean
}

/** One line of the screen, in pieces. It is cut to the width, never wrapped, so that heights are known. */
export type LineOf = readonly Span[]

export const span = (text: string, tone: Tone = 'plain', bold = false): Span => ({ text, tone, bold })
export const blank: LineOf = [{ text: ' ' }]

/** Cells that a line takes. */
export const lineWidth = (line: LineOf): number => line.reduce((sum, s) => sum + widthOf(s.text), 0)

/** The line in at most `width` cells; blanks at the end do not count. */
export function clipLine(line: LineOf, width: number, ellipsis: string): Span[] {
  if (
    widthOf(
      line
        .map((s) => s.text)
        .join('')
        .trimEnd(),
    ) <= width
  )
    return cut(line, width)
  const kept = cut(line, Math.max(0, width - widthOf(ellipsis)))
  const last = kept.at(-1) ?? { text: '' }
  return [...kept.slice(0, -1), { ...last, text: `${last.text.trimEnd()}${ellipsis}` }]
}

function cut(line: LineOf, width: number): Span[] {
  const kept: Span[] = []
  let left = width
  for (const piece of line) {
    const text = clip(piece.text, left, '')
    if (text !== '') kept.push({ ...piece, text })
    left -= widthOf(text)
    if (text !== piece.text) break
  }
  return kept
}

/** `left` at the left, `right` at the right edge; the left part is cut when both do not fit. */
export function spread(left: LineOf, right: LineOf, width: number, ellipsis: string): Span[] {
  const room = width - lineWidth(right) - 2
  if (lineWidth(right) === 0 || room < 8) return clipLine(left, width, ellipsis)
  const cut = clipLine(left, room, ellipsis)
  return [...cut, { text: ' '.repeat(width - lineWidth(cut) - lineWidth(right)) }, ...right]
}

/** A table cell: exactly `width` cells. */
export const cell = (text: string, width: number, ellipsis: string, tone: Tone = 'plain', bold = false): Span => ({
  text: fill(text, width, ellipsis),
  tone,
  bold,
})

/** A label before a value: a cell that keeps a blank at its end. */
export const labelCell = (text: string, width: number, ellipsis: string, tone: Tone = 'plain', bold = false): Span => {
  const inner = cell(text, Math.max(1, width - 1), ellipsis, tone, bold)
  return { ...inner, text: `${inner.text} ` }
}

/** Draws one line. */
export function Line({ line, width }: { line: LineOf; width: number }) {
  const { colour, glyphs } = useTheme()
  return (
    <Text wrap="truncate">
      {clipLine(line, width, glyphs.ellipsis).map((piece, i) => {
        const tone = colour ? (piece.tone ?? 'plain') : 'plain'
        const paint = colours[tone]
        return (
          <Text
            key={i}
            {...(paint ? { color: paint } : {})}
            dimColor={tone === 'dim'}
            bold={piece.bold ?? false}
            inverse={piece.inverse ?? false}
          >
            {piece.text}
          </Text>
        )
      })}
    </Text>
  )
}
