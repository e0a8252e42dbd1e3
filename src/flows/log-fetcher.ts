import type { FlowEvent } from '../core/events.js'
import { logsWanted } from '../core/health/logs-wanted.js'
import type { HealthState } from '../core/health/state.js'
import { redact } from '../core/text/redact.js'
import type { Clock } from '../ports/clock.js'
import type { Cluster } from '../ports/cluster.js'

const tailLines = 40
/** A container without a log yet is asked again, this often at most. */
const maxTries = 3

/** Fetches the last lines of containers that fail, once for each of their runs. */
export class LogFetcher {
  private readonly tries = new Map<string, number>()
  private readonly pending = new Set<Promise<void>>()

  constructor(
    private readonly cluster: Cluster,
    private readonly clock: Clock,
    private readonly namespace: string,
    private readonly emit: (event: FlowEvent) => void,
  ) {}

  /** Starts the fetches that this state asks for and that were not made yet. */
  look(state: HealthState): void {
    for (const { key, pod, container, previous } of logsWanted(state)) {
      if (this.tries.has(key)) continue
      this.tries.set(key, 1)
      const fetching = this.fetch(key, pod, container, previous).finally(() => this.pending.delete(fetching))
      this.pending.add(fetching)
    }
  }

  /** Resolves when no fetch is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.pending)
  }

  private async fetch(key: string, pod: string, container: string, previous: boolean): Promise<void> {
    try {
      const lines = await this.cluster.logs({ namespace: this.namespace, pod, container, previous, tailLines })
      if (lines.length > 0) this.emit({ type: 'log', at: this.clock.now(), pod, container, previous, lines: lines.map(redact) })
    } catch {
      // No log is no finding: gone meanwhile, forbidden, or the node does not answer. Tried again a few times.
      const tries = this.tries.get(key) ?? 1
      if (tries < maxTries) {
        await this.clock.sleep(1000)
        this.tries.set(key, tries + 1)
        await this.fetch(key, pod, container, previous)
      }
    }
  }
}
