import type { WatchEvent } from '../../core/events.js'
import type { Clock } from '../../ports/clock.js'
import type { ApiClient } from './client.js'
import type { WatchTuning } from './watch.js'

/**
 * Whether the API is there. A quiet watch and a dead connection look the same, so after a silence the API is asked
 * something small; without an answer the watches are cut, to resume on new connections.
 */
export class Pulse {
  private lastWord: number
  /** Kinds without a connection, and since when. */
  private readonly down = new Map<string, number>()
  private toldStale = false
  private pinging = false
  private round = new AbortController()

  constructor(
    private readonly client: ApiClient,
    private readonly clock: Clock,
    private readonly tuning: WatchTuning,
    private readonly emit: (event: WatchEvent) => void,
  ) {
    this.lastWord = clock.now()
  }

  /** Aborts when the present connections are given up. */
  get connections(): AbortSignal {
    return this.round.signal
  }

  /** A piece of an answer arrived. */
  heard(): void {
    this.lastWord = this.clock.now()
  }

  /** This kind has a working connection. */
  up(kind: string): void {
    this.heard()
    this.down.delete(kind)
    if (this.down.size > 0 || !this.toldStale) return
    this.toldStale = false
    this.emit({ type: 'stale', at: this.clock.now(), since: undefined })
  }

  /** This kind's connection failed. */
  lost(kind: string): void {
    if (!this.down.has(kind)) this.down.set(kind, this.clock.now())
  }

  /** Looks once a second (or oftener in tests), until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const beat = Math.min(1000, this.tuning.silenceMs / 2, this.tuning.staleAfterMs / 2)
    while (!signal.aborted) {
      await this.clock.sleep(beat, signal)
      if (signal.aborted) return
      const now = this.clock.now()
      // One kind that is cut off is enough: what is shown of it is old, however much the others say.
      const lostAt = Math.min(...this.down.values())
      if (now - lostAt >= this.tuning.staleAfterMs) this.tellStale(Math.min(lostAt, this.lastWord))
      if (this.down.size === 0 && now - this.lastWord >= this.tuning.silenceMs) void this.ping(signal)
    }
  }

  private async ping(signal: AbortSignal): Promise<void> {
    if (this.pinging) return
    this.pinging = true
    try {
      await this.client.text({ path: '/version', timeoutMs: this.tuning.pingMs, signal })
      this.heard()
    } catch (error) {
      // Any answer of the API, even a refusal, is a sign of life.
      if ((error as { status?: number }).status) this.heard()
      else if (!signal.aborted) {
        this.tellStale(this.lastWord)
        this.round.abort()
        this.round = new AbortController()
      }
    } finally {
      this.pinging = false
    }
  }

  private tellStale(since: number): void {
    if (this.toldStale) return
    this.toldStale = true
    this.emit({ type: 'stale', at: this.clock.now(), since })
  }
}
