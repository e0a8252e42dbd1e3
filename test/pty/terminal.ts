import { spawn, type IPty } from '@lydell/node-pty'
import headless from '@xterm/headless'

export interface TerminalOptions {
  columns?: number
  rows?: number
  /** On top of a clean environment: CI and NO_COLOR of the test run are left out. */
  env?: Record<string, string>
  cwd?: string
}

/** A program in a pseudo-terminal, its screen as a person would see it, and every byte that it wrote. */
export class Terminal {
  /** All that was written, control sequences included. */
  raw = ''
  private readonly xterm: InstanceType<typeof headless.Terminal>
  private readonly pty: IPty
  private readonly watchers = new Set<() => void>()
  private ended: { exitCode: number; signal?: number } | undefined
  private pending = 0

  constructor(command: string, args: string[], { columns = 80, rows = 24, env = {}, cwd }: TerminalOptions = {}) {
    const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _force, ...inherited } = process.env
    this.xterm = new headless.Terminal({ cols: columns, rows, scrollback: 2000, allowProposedApi: true })
    this.pty = spawn(command, args, {
      name: env.TERM ?? 'xterm-256color',
      cols: columns,
      rows,
      ...(cwd ? { cwd } : {}),
      env: { ...(inherited as Record<string, string>), TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
    })
    this.pty.onData((data) => {
      this.raw += data
      this.pending++
      this.xterm.write(data, () => {
        this.pending--
        this.changed()
      })
    })
    this.pty.onExit((end) => {
      this.ended = end
      this.changed()
    })
  }

  get pid(): number {
    return this.pty.pid
  }

  /** What is on the screen now, one string per row, blanks at the end cut off. */
  lines(): string[] {
    const { active } = this.xterm.buffer
    return Array.from({ length: this.xterm.rows }, (_, i) => active.getLine(active.viewportY + i)?.translateToString(true) ?? '')
  }

  screen(): string {
    return this.lines().join('\n').trimEnd()
  }

  /** Everything in the normal buffer, scrollback included. */
  scrollback(): string {
    const { normal } = this.xterm.buffer
    return Array.from({ length: normal.length }, (_, i) => normal.getLine(i)?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd()
  }

  get isAlternate(): boolean {
    return this.xterm.buffer.active.type === 'alternate'
  }

  /** Whether the cursor is shown: the last word of the program about it. */
  get isCursorShown(): boolean {
    return this.raw.lastIndexOf('\x1b[?25h') >= this.raw.lastIndexOf('\x1b[?25l')
  }

  send(bytes: string): this {
    this.pty.write(bytes)
    return this
  }

  resize(columns: number, rows: number): this {
    this.xterm.resize(columns, rows)
    this.pty.resize(columns, rows)
    return this
  }

  kill(signal: string): void {
    this.pty.kill(signal)
  }

  /** Resolves once the screen has the text, or matches. @throws Error with the screen when it does not within `ms` */
  async until(wanted: string | RegExp | ((screen: string) => boolean), ms = 10_000): Promise<string> {
    const holds = () => {
      const screen = this.screen()
      return typeof wanted === 'string'
        ? screen.includes(wanted)
        : typeof wanted === 'function'
          ? wanted(screen)
          : wanted.test(screen)
    }
    await this.wait(holds, ms, () => `the screen never showed ${String(wanted)}:\n${this.screen()}`)
    return this.screen()
  }

  /** Resolves with the exit code once the program has ended and everything it wrote is on the screen. */
  async exit(ms = 10_000): Promise<number> {
    await this.wait(
      () => this.ended !== undefined && this.pending === 0,
      ms,
      () => `the program did not end:\n${this.screen()}`,
    )
    return this.ended!.signal ? 128 + this.ended!.signal : this.ended!.exitCode
  }

  /** Ends the program if it still runs. */
  /** Ends the program as a closed window would, so that it cleans up; by force only when it does not. */
  async dispose(): Promise<void> {
    if (!this.ended) {
      this.pty.kill('SIGTERM')
      await this.exit(5000).catch(() => this.pty.kill('SIGKILL'))
    }
    this.xterm.dispose()
  }

  private wait(holds: () => boolean, ms: number, message: () => string): Promise<void> {
    if (holds()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const done = (error?: Error) => {
        clearTimeout(timer)
        this.watchers.delete(check)
        if (error) reject(error)
        else resolve()
      }
      const check = () => {
        if (holds()) done()
      }
      const timer = setTimeout(() => done(new Error(message())), ms)
      this.watchers.add(check)
    })
  }

  private changed(): void {
    for (const check of [...this.watchers]) check()
  }
}
