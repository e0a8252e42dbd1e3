import { widthOf } from '../../../core/text/width.js'

type Output = NodeJS.WriteStream

const enterAlternate = '\x1b[?1049h\x1b[2J\x1b[H'
const leaveAlternate = '\x1b[?1049l'
const showCursor = '\x1b[?25h'
const pasteOn = '\x1b[?2004h'
const pasteOff = '\x1b[?2004l'

/**
 * The terminal as Ink's output. Three things that Ink does are kept from it: clearing the scrollback (ESC[3J), which it
 * does when a frame has become higher than the terminal; redrawing on a resize, which leaves pieces of lines that the
 * terminal has wrapped anew; and a last frame when it is unmounted.
 */
export class Screen {
  /** The text that Ink painted last, without control sequences. */
  private painted = ''
  private muted = false
  private alternate = false
  private readonly onExit = () => this.restore()

  constructor(private readonly stdout: Output) {
    stdout.write(pasteOn)
    process.on('exit', this.onExit)
  }

  get size(): { columns: number; rows: number } {
    return { columns: Math.max(20, this.stdout.columns || 80), rows: Math.max(5, this.stdout.rows || 24) }
  }

  /** A stream for one Ink instance. */
  output(): Output {
    const write = this.write.bind(this)
    return new Proxy(this.stdout, {
      get(target, name) {
        if (name === 'write') return write
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) =>
          isResize(name, args) ? target : (value as (...a: unknown[]) => unknown).apply(target, args)
      },
    })
  }

  /** From now on nothing that Ink writes gets out: its instance is about to be replaced. */
  mute(): void {
    this.muted = true
  }

  /** Takes away the frame that is there, so that the next one starts where it started. */
  eraseFrame(): void {
    this.muted = false
    if (this.alternate) this.stdout.write('\x1b[2J\x1b[H')
    else if (this.painted !== '') this.stdout.write(`\r${up(this.paintedRows())}\x1b[J`)
    this.painted = ''
  }

  /** Changes between the normal buffer and the alternate one, after `eraseFrame`. */
  useAlternate(wanted: boolean): void {
    if (wanted === this.alternate) return
    this.alternate = wanted
    this.stdout.write(wanted ? enterAlternate : leaveAlternate)
  }

  /** Gives the terminal back as it was. May be called twice. */
  restore(): void {
    process.off('exit', this.onExit)
    if (this.alternate) this.stdout.write(leaveAlternate)
    this.alternate = false
    this.stdout.write(pasteOff + showCursor)
  }

  private write(chunk: string | Uint8Array, ...rest: unknown[]): boolean {
    const done = rest.find((arg): arg is () => void => typeof arg === 'function')
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    if (this.muted || text === '') {
      done?.()
      return true
    }
    const visible = stripControls(text)
    if (visible !== '') this.painted = visible
    else if (text.includes('\x1b[2K')) this.painted = ''
    return this.stdout.write(text.replaceAll('\x1b[3J', ''), done)
  }

  /** Rows between the frame's first line and the cursor. Terminals wrap lines anew when they become narrower. */
  private paintedRows(): number {
    const { columns } = this.size
    const lines = this.painted.split('\n')
    return lines.slice(0, -1).reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line.trimEnd()) / columns)), 0)
  }
}

const isResize = (name: string | symbol, args: unknown[]) =>
  (name === 'on' || name === 'off' || name === 'addListener' || name === 'removeListener') && args[0] === 'resize'
const up = (rows: number) => (rows > 0 ? `\x1b[${rows}A` : '')
const stripControls = (text: string) => text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '')
