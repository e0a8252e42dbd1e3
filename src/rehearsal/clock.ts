/**
 * Time of the simulated cluster. Durations are scaled, timestamps are not: clients compute ages with their own clock, so
 * an object's times must stay wall-clock times in a rehearsal.
 */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** How long a wait of so many milliseconds takes on this clock. */
  delay(ms: number): number
  /** Calls back once at that time; a later call replaces an earlier one. */
  wake(at: number, callback: () => void): void
  stop(): void
}

/** RFC 3339 with seconds, as object metadata has it. */
export const timestamp = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

/** Runs by itself: at speed 10 every simulated wait takes a tenth of what it says. */
export class RealClock implements Clock {
  private timer?: NodeJS.Timeout

  constructor(private readonly speed: number) {}

  now() {
    return Date.now()
  }

  delay(ms: number) {
    return Math.max(1, Math.round(ms / this.speed))
  }

  wake(at: number, callback: () => void) {
    clearTimeout(this.timer)
    // Far-off wake-ups are asked for again on the way: a timer holds at most 24.8 days.
    this.timer = setTimeout(callback, Math.min(Math.max(0, at - this.now()), 3_600_000))
    this.timer.unref()
  }

  stop() {
    clearTimeout(this.timer)
  }
}

/** For tests: nothing moves until `advance`. */
export class ManualClock implements Clock {
  private pending: { at: number; callback: () => void } | undefined

  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now() {
    return this.time
  }

  delay(ms: number) {
    return ms
  }

  wake(at: number, callback: () => void) {
    this.pending = { at, callback }
  }

  stop() {
    this.pending = undefined
  }

  /** Moves on by so many milliseconds and runs everything that falls due on the way, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await settled()
    while (this.pending !== undefined && this.pending.at <= end) {
      const { at, callback } = this.pending
      this.pending = undefined
      this.time = Math.max(this.time, at)
      callback()
      await settled()
    }
    this.time = end
  }
}

/** Two turns of the event loop: one in which a change asks for a step, one in which the step runs. */
const settled = () => new Promise<void>((done) => setImmediate(() => setImmediate(() => done())))
