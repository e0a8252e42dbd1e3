import { render, type Instance } from 'ink'
import type { ReactElement } from 'react'
import type { Key } from '../../core/text/keys.js'
import type { Effect, WizardHost, Action } from '../../core/wizard/types.js'
import type { Size } from './frame.js'
import { listen } from './terminal/keyboard.js'
import { Screen } from './terminal/screen.js'
import { ThemeContext, themeFor } from './theme.js'

/** A pure state machine and how it looks. State is outside React, so that Ink can be taken off and put back at any time. */
export interface Program<S> {
  initial: { state: S; effects: Effect[] }
  step(state: S, action: Action): { state: S; effects: Effect[] }
  /** What a key means. */
  actionOf(state: S, key: Key): Action | undefined
  /** Whether single characters are commands; else text goes into a field as a whole. */
  takesText(state: S): boolean
  /** Full screen, on the alternate buffer. */
  isAlternate(state: S): boolean
  /** Whether a running clock is shown. */
  hasClock(state: S): boolean
  /** @param printed how many permanent lines are on the terminal already */
  element(state: S, size: Size, printed: number): ReactElement
  /** How many permanent lines the state has. */
  printed(state: S): number
}

export interface ProgramOptions {
  host: WizardHost
  stdin?: NodeJS.ReadStream
  stdout?: NodeJS.WriteStream
  env?: Readonly<Record<string, string | undefined>>
  now?: () => number
  /** Actions from elsewhere; called once, with the way in. */
  feed?(dispatch: (action: Action) => void): void
}

/** How the interface ended. `summary` is for the caller to print: the terminal is as it was. */
export interface ProgramEnd {
  exitCode: number
  summary: string[]
}

const terminated = 143
/** Events come in bursts (a first list of all pods): they are drawn together, ten times a second at most (milliseconds). */
const drawEveryMs = 100
/** A drag of the window's edge is many resizes: one redraw when it rests (milliseconds). */
const resizeRestMs = 40

/** Runs a program on a terminal until it ends itself, or a signal does. The terminal is restored in any case. */
export function runProgram<S>(program: Program<S>, options: ProgramOptions): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const run = new Running(program, options, resolve, reject)
    run.start()
  })
}

class Running<S> {
  private state: S
  private readonly screen: Screen
  private readonly stdout: NodeJS.WriteStream
  private ink: Instance | undefined
  private isAlternate = false
  private printed = 0
  private isOver = false
  private isStepping = false
  private readonly queue: Action[] = []
  private stopListening = () => {}
  private clock: NodeJS.Timeout | undefined
  private resizeTimer: NodeJS.Timeout | undefined
  private drawTimer: NodeJS.Timeout | undefined
  private drawnAt = 0

  constructor(
    private readonly program: Program<S>,
    private readonly options: ProgramOptions,
    private readonly resolve: (end: ProgramEnd) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.state = program.initial.state
    this.stdout = options.stdout ?? process.stdout
    this.screen = new Screen(this.stdout)
  }

  start(): void {
    this.stopListening = listen(this.options.stdin ?? process.stdin, this.onKey)
    this.stdout.on('resize', this.onResize)
    process.on('SIGTERM', this.onSignal)
    process.on('SIGHUP', this.onSignal)
    this.isAlternate = this.program.isAlternate(this.state)
    this.screen.useAlternate(this.isAlternate)
    try {
      this.mount()
      this.carryOut(this.program.initial.effects)
      this.options.feed?.(this.dispatch)
    } catch (error) {
      this.fail(error as Error)
    }
  }

  private readonly onKey = (key: Key) => {
    if (this.isOver) return
    // Typed fast, several commands come as one piece of text.
    const keys: Key[] =
      key.name === 'text' && !this.program.takesText(this.state) ? [...key.text].map((text) => ({ name: 'text', text })) : [key]
    for (const single of keys) {
      const action = this.program.actionOf(this.state, single)
      if (action) this.dispatch(action)
    }
    // What a person does is seen at once.
    if (!this.isOver) this.drawNow()
  }

  /** Actions are taken one after the other, also those that an effect answers at once. */
  private readonly dispatch = (action: Action) => {
    if (this.isOver) return
    this.queue.push(action)
    if (this.isStepping) return
    this.isStepping = true
    try {
      while (this.queue.length > 0 && !this.isOver) {
        const next = this.program.step(this.state, this.queue.shift()!)
        this.state = next.state
        this.carryOut(next.effects)
      }
    } catch (error) {
      this.fail(error as Error)
    } finally {
      this.isStepping = false
    }
    if (!this.isOver) this.draw()
  }

  private carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'exit') return this.end({ exitCode: effect.code, summary: [...effect.summary] })
      this.options.host.run(effect, this.dispatch)
    }
  }

  private draw(): void {
    if (this.program.isAlternate(this.state) !== this.isAlternate) return this.drawNow()
    if (this.drawTimer !== undefined) return
    const wait = Math.max(0, this.drawnAt + drawEveryMs - performance.now())
    if (wait === 0) this.drawNow()
    else this.drawTimer = setTimeout(() => !this.isOver && this.drawNow(), wait)
  }

  private drawNow(): void {
    clearTimeout(this.drawTimer)
    this.drawTimer = undefined
    this.drawnAt = performance.now()
    if (this.program.isAlternate(this.state) !== this.isAlternate) {
      this.unmount()
      this.isAlternate = !this.isAlternate
      this.screen.useAlternate(this.isAlternate)
      this.mount()
    } else if (this.resizeTimer === undefined) {
      this.ink?.rerender(this.element())
    }
    this.tick()
  }

  private element(): ReactElement {
    const theme = themeFor(this.options.env ?? process.env)
    return (
      <ThemeContext.Provider value={theme}>
        {this.program.element(this.state, this.screen.size, this.printed)}
      </ThemeContext.Provider>
    )
  }

  private mount(): void {
    this.ink = render(this.element(), {
      stdout: this.screen.output(),
      stdin: this.options.stdin ?? process.stdin,
      exitOnCtrlC: false,
      patchConsole: false,
      // Only keys are drawn faster than events: Ink must not hold back what `draw` has held back already.
      maxFps: 30,
    })
    // An error while drawing ends Ink, not us.
    this.ink.waitUntilExit().catch((error: Error) => this.fail(error))
    this.tick()
  }

  /** Takes Ink off without a trace of its frame; permanent lines stay. */
  private unmount(): void {
    this.screen.mute()
    this.ink?.unmount()
    this.ink = undefined
    this.printed = this.program.printed(this.state)
    this.screen.eraseFrame()
  }

  private readonly onResize = () => {
    // What is painted between here and the redraw would be wrapped by the terminal.
    this.screen.mute()
    clearTimeout(this.resizeTimer)
    this.resizeTimer = setTimeout(() => {
      this.resizeTimer = undefined
      if (this.isOver) return
      this.unmount()
      this.mount()
    }, resizeRestMs)
  }

  /** The clock runs only where one is shown. */
  private tick(): void {
    const wanted = !this.isOver && this.program.hasClock(this.state)
    if (wanted && !this.clock)
      this.clock = setInterval(() => this.dispatch({ type: 'clock', at: (this.options.now ?? Date.now)() }), 1000)
    if (!wanted && this.clock) {
      clearInterval(this.clock)
      this.clock = undefined
    }
  }

  private readonly onSignal = () => {
    this.options.host.run({ type: 'interrupt', how: 'stop' }, () => {})
    this.end({ exitCode: terminated, summary: ['Terminated.'] })
  }

  private end(end: ProgramEnd): void {
    if (this.isOver) return
    this.close()
    this.resolve(end)
  }

  private fail(error: Error): void {
    if (this.isOver) return
    this.close()
    this.reject(error)
  }

  private close(): void {
    this.isOver = true
    clearTimeout(this.resizeTimer)
    clearTimeout(this.drawTimer)
    clearInterval(this.clock)
    this.stdout.off('resize', this.onResize)
    // Later: a signal's other listeners (Ink's) kill the process when they find themselves alone.
    setImmediate(() => process.off('SIGTERM', this.onSignal).off('SIGHUP', this.onSignal))
    this.unmount()
    this.stopListening()
    this.screen.restore()
  }
}
