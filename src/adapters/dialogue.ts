import { StringDecoder } from 'node:string_decoder'

/**
 * Lines from and to a terminal, one after the other. The terminal itself echoes and edits (nothing is redrawn, no
 * escape codes); only a hidden answer is read key by key, without echo.
 */
export function terminalDialogue(stdin: NodeJS.ReadStream = process.stdin, stdout: NodeJS.WriteStream = process.stdout) {
  const decoder = new StringDecoder('utf8')
  let buffer = ''
  let ended = false
  let waiting: ((line: string | undefined) => void) | undefined

  const settle = (line: string | undefined) => {
    const resolve = waiting
    waiting = undefined
    resolve?.(line)
  }
  const next = () => {
    if (!waiting) return
    const end = buffer.search(/[\r\n]/)
    if (end >= 0) {
      const line = buffer.slice(0, end)
      buffer = buffer.slice(end + (buffer.startsWith('\r\n', end) ? 2 : 1))
      settle(withoutErased(line))
    } else if (ended) settle(undefined)
  }
  const onData = (data: Buffer) => {
    const text = decoder.write(data)
    // In raw mode Ctrl-C and Ctrl-D are characters like any other.
    if (stdin.isRaw && text.includes('\x03')) process.kill(process.pid, 'SIGINT')
    if (stdin.isRaw && text.includes('\x04')) ended = true
    buffer += text
    next()
  }
  const onEnd = () => {
    ended = true
    next()
  }
  stdin.on('data', onData)
  stdin.on('end', onEnd)

  return {
    say: (line: string) => void stdout.write(`${line}\n`),
    async ask(question: string, hidden = false): Promise<string | undefined> {
      stdout.write(question)
      const raw = hidden && stdin.isTTY
      if (raw) stdin.setRawMode(true)
      try {
        return await new Promise<string | undefined>((resolve) => {
          waiting = resolve
          next()
        })
      } finally {
        if (raw) {
          stdin.setRawMode(false)
          stdout.write('\n')
        }
      }
    },
    /** Gives the terminal back; an open question gets no answer. */
    close() {
      ended = true
      settle(undefined)
      stdin.off('data', onData)
      stdin.off('end', onEnd)
      stdin.pause()
    },
  }
}

/** Backspaces of raw mode applied; control characters dropped. */
function withoutErased(line: string): string {
  const out: string[] = []
  for (const char of line) {
    if (char === '\x7f' || char === '\b') out.pop()
    else if (char >= ' ' || char === '\t') out.push(char)
  }
  return out.join('')
}
