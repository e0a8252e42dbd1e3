import type { Clock } from '../../src/ports/clock.js'

/** Time that jumps to the next timer as soon as nothing else is to be done: every wait is instant and in order. */
export class JumpingClock implements Clock {
  private time: number
  private timers: { at: number; wake: () => void }[] = []
  private scheduled = false

  constructor(start = 1_800_000_000_000) {
    this.time = start
  }

  now(): number {
    return this.time
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = { at: this.time + ms, wake: resolve }
      this.timers.push(timer)
      const abort = () => {
        this.timers = this.timers.filter((t) => t !== timer)
        resolve()
      }
      signal?.addEventListener('abort', abort, { once: true })
      timer.wake = () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      this.schedule()
    })
  }

  private schedule(): void {
    if (this.scheduled || this.timers.length === 0) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      const next = this.timers.sort((a, b) => a.at - b.at).shift()
      if (next) {
        this.time = Math.max(this.time, next.at)
        next.wake()
      }
      this.schedule()
    })
  }
}
