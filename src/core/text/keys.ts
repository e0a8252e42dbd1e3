/** What a person pressed, whatever bytes the terminal sends for it. */
export type Key =
  | { name: 'text'; text: string }
  /** A paste, line breaks and all. */
  | { name: 'paste'; text: string }
  /** Ctrl and a letter. */
  | { name: 'ctrl'; letter: string }
  | { name: NamedKey }

export type NamedKey =
  | 'enter'
  | 'escape'
  | 'tab'
  | 'shift-tab'
  | 'backspace'
  | 'delete'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'home'
  | 'end'
  | 'page-up'
  | 'page-down'

const pasteStart = '\x1b[200~'
const pasteEnd = '\x1b[201~'

// xterm's control sequences; `O` forms come in application cursor mode, `1~`, `7~` from the Linux console and rxvt.
const sequences: Record<string, NamedKey> = {
  '[A': 'up',
  OA: 'up',
  '[B': 'down',
  OB: 'down',
  '[C': 'right',
  OC: 'right',
  '[D': 'left',
  OD: 'left',
  '[H': 'home',
  OH: 'home',
  '[1~': 'home',
  '[7~': 'home',
  '[F': 'end',
  OF: 'end',
  '[4~': 'end',
  '[8~': 'end',
  '[3~': 'delete',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[Z': 'shift-tab',
  '[1;5D': 'word-left',
  '[1;3D': 'word-left',
  b: 'word-left',
  '[1;5C': 'word-right',
  '[1;3C': 'word-right',
  f: 'word-right',
  OM: 'enter',
}

const controls: Record<string, NamedKey> = { '\r': 'enter', '\n': 'enter', '\t': 'tab', '\x7f': 'backspace', '\b': 'backspace' }

/**
 * Keys in what a terminal sent. `rest` is the beginning of something that is not complete yet (a lone Esc may be a key
 * or the begin of a sequence: `flushKeys` decides when nothing follows).
 */
export function decodeKeys(input: string): { keys: Key[]; rest: string } {
  const keys: Key[] = []
  let at = 0
  while (at < input.length) {
    const c = input[at]!
    if (input.startsWith(pasteStart, at)) {
      const end = input.indexOf(pasteEnd, at)
      if (end < 0) return { keys, rest: input.slice(at) }
      keys.push({ name: 'paste', text: input.slice(at + pasteStart.length, end) })
      at = end + pasteEnd.length
    } else if (c === '\x1b') {
      const sequence = /^\x1b(\[[0-9;?<]*[ -/]*[@-~]|O[A-Za-z]|[bf])/.exec(input.slice(at, at + 32))
      if (sequence) {
        const name = sequences[sequence[1]!]
        if (name) keys.push({ name })
        at += sequence[0].length
      } else if (/^\x1b(\[[0-9;?<]*|O)?$/.test(input.slice(at))) {
        return { keys, rest: input.slice(at) }
      } else {
        keys.push({ name: 'escape' })
        at += 1
      }
    } else if (controls[c]) {
      keys.push({ name: controls[c] })
      // Windows and pastes without brackets send both.
      at += c === '\r' && input[at + 1] === '\n' ? 2 : 1
    } else if (c < ' ') {
      keys.push({ name: 'ctrl', letter: String.fromCharCode(c.charCodeAt(0) + 96) })
      at += 1
    } else {
      const text = /^[^\x00-\x1f\x7f]+/.exec(input.slice(at))![0]
      keys.push({ name: 'text', text })
      at += text.length
    }
  }
  return { keys, rest: '' }
}

/** The keys of an incomplete rest after which nothing came. */
export function flushKeys(rest: string): Key[] {
  if (rest === '') return []
  if (rest.startsWith(pasteStart)) return [{ name: 'paste', text: rest.slice(pasteStart.length) }]
  const { keys } = decodeKeys(rest.slice(1))
  return [{ name: 'escape' }, ...keys]
}
