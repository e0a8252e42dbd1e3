import { StringDecoder } from 'node:string_decoder'
import { decodeKeys, flushKeys, type Key } from '../../../core/text/keys.js'

type Input = NodeJS.ReadStream

/** A lone Esc may be the begin of an arrow key whose rest is on its way, over slow lines too (milliseconds). */
const escapeWaitMs = 50
/** A paste comes in pieces; one whose end never comes is taken after this long (milliseconds). */
const pasteWaitMs = 1000

/**
 * Reads keys from a terminal in raw mode. Ink's own key handling is not used: it reports Backspace as Delete and leaks
 * the marks of a bracketed paste into the text.
 * @returns a function that stops reading and gives the terminal its line mode back
 */
export function listen(stdin: Input, onKey: (key: Key) => void): () => void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    const keys = flushKeys(rest)
    rest = ''
    keys.forEach(onKey)
  }
  const onData = (chunk: Buffer | string) => {
    clearTimeout(timer)
    const decoded = decodeKeys(rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk)))
    rest = decoded.rest
    decoded.keys.forEach(onKey)
    if (rest !== '') timer = setTimeout(flush, rest.startsWith('\x1b[200~') ? pasteWaitMs : escapeWaitMs)
  }
  stdin.setRawMode?.(true)
  stdin.on('data', onData)
  stdin.resume()
  return () => {
    clearTimeout(timer)
    stdin.off('data', onData)
    stdin.setRawMode?.(false)
    stdin.pause()
  }
}
