/** One line of text under a cursor. `cursor` counts characters as a person sees them (grapheme clusters), 0 to length. */
export interface EditLine {
  readonly text: string
  readonly cursor: number
}

/** What can be done to a line. */
export type LineEdit =
  | { edit: 'insert'; text: string }
  | { edit: 'backspace' | 'delete' | 'left' | 'right' | 'word-left' | 'word-right' | 'home' | 'end' }
  /** Readline's Ctrl-U, Ctrl-K and Ctrl-W. */
  | { edit: 'kill-start' | 'kill-end' | 'kill-word' }

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The characters of a text as a person counts them: an accented letter or a flag is one. */
export function graphemes(text: string): string[] {
  return [...segmenter.segment(text)].map((s) => s.segment)
}

/** A line with the cursor at its end. */
export function lineOf(text: string): EditLine {
  return { text, cursor: graphemes(text).length }
}

/**
 * A pasted or typed text as one line: line breaks and tabs become one blank each (outer ones go), control characters
 * and what is left of escape sequences go.
 */
export function cleanPaste(text: string): string {
  return text
    .replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/^[\r\n\t]+|[\r\n\t]+$/g, '')
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '')
}

/** The line after one edit. */
export function editLine(line: EditLine, edit: LineEdit): EditLine {
  const chars = graphemes(line.text)
  const at = Math.min(line.cursor, chars.length)
  const cut = (from: number, to: number): EditLine => ({
    text: [...chars.slice(0, from), ...chars.slice(to)].join(''),
    cursor: from,
  })
  switch (edit.edit) {
    case 'insert': {
      const text = cleanPaste(edit.text)
      const before = chars.slice(0, at).join('') + text
      // Counted again: a combining mark joins the character before it.
      return { text: before + chars.slice(at).join(''), cursor: graphemes(before).length }
    }
    case 'backspace':
      return at === 0 ? line : cut(at - 1, at)
    case 'delete':
      return at === chars.length ? line : cut(at, at + 1)
    case 'left':
      return { ...line, cursor: Math.max(0, at - 1) }
    case 'right':
      return { ...line, cursor: Math.min(chars.length, at + 1) }
    case 'home':
      return { ...line, cursor: 0 }
    case 'end':
      return { ...line, cursor: chars.length }
    case 'word-left':
      return { ...line, cursor: wordStart(chars, at) }
    case 'word-right':
      return { ...line, cursor: wordEnd(chars, at) }
    case 'kill-start':
      return cut(0, at)
    case 'kill-end':
      return cut(at, chars.length)
    case 'kill-word':
      return cut(wordStart(chars, at), at)
  }
}

// Hosts, URIs and labels are made of short parts: a word ends at any sign, as in the shells' own backward-kill-word.
const isWord = (c: string | undefined) => c !== undefined && /[\p{L}\p{N}_]/u.test(c)

function wordStart(chars: readonly string[], at: number): number {
  let i = at
  while (i > 0 && !isWord(chars[i - 1])) i--
  while (i > 0 && isWord(chars[i - 1])) i--
  return i
}

function wordEnd(chars: readonly string[], at: number): number {
  let i = at
  while (i < chars.length && !isWord(chars[i])) i++
  while (i < chars.length && isWord(chars[i])) i++
  return i
}
