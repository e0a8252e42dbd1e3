import { graphemes } from './edit-line.js'

// Unicode East Asian Wide and Fullwidth blocks, and emoji that terminals draw two cells wide.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const empty = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u
const plain = /^[\x20-\x7e]*$/

/** Terminal cells that one character (grapheme cluster) takes. */
export function cellsOf(grapheme: string): number {
  if (empty.test(grapheme)) return 0
  return wide.test(grapheme) ? 2 : 1
}

/** Terminal cells that a text takes. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length
  return graphemes(text).reduce((sum, g) => sum + cellsOf(g), 0)
}

/** The text in at most `width` cells; what is cut off is shown by `ellipsis`. */
export function clip(text: string, width: number, ellipsis = '…'): string {
  if (widthOf(text) <= width) return text
  const room = width - widthOf(ellipsis)
  if (room < 0) return ''
  let used = 0
  let kept = ''
  for (const g of graphemes(text)) {
    used += cellsOf(g)
    if (used > room) break
    kept += g
  }
  return (ellipsis === '' ? kept : kept.trimEnd()) + ellipsis
}

/** The text's end in at most `width` cells: of names that begin alike, the end tells more. */
export function clipStart(text: string, width: number, ellipsis = '…'): string {
  const reversed = (t: string) => graphemes(t).reverse().join('')
  return widthOf(text) <= width ? text : reversed(clip(reversed(text), width, reversed(ellipsis)))
}

/** The text in exactly `width` cells. */
export function fill(text: string, width: number, ellipsis = '…'): string {
  const clipped = clip(text, width, ellipsis)
  return clipped + ' '.repeat(Math.max(0, width - widthOf(clipped)))
}

/** Lines of at most `width` cells, broken at blanks; a longer word is broken inside. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(/\s+/).filter(Boolean)) {
      if (line !== '' && widthOf(line) + 1 + widthOf(word) <= width) {
        line += ` ${word}`
        continue
      }
      if (line !== '') lines.push(line)
      line = word
      while (widthOf(line) > width) {
        const head = clip(line, width, '')
        if (head === '') break
        lines.push(head)
        line = line.slice(head.length)
      }
    }
    lines.push(line)
  }
  return lines
}
