import { tryKubectl } from './kubectl.js'
import { waitFor } from './wait-for.js'

/** What a container uses now. */
export interface Usage {
  readonly pod: string
  readonly container: string
  /** Thousandths of a core. */
  readonly milliCpu: number
  readonly mebibytes: number
}

/** What the containers of matching pods use, by metrics-server. Waits until it knows them. */
export const usage = (namespace: string, selector: string): Promise<Usage[]> =>
  waitFor(
    `figures of ${selector}`,
    async () => {
      const { stdout } = await tryKubectl(['top', 'pod', '-n', namespace, '-l', selector, '--containers', '--no-headers'])
      const rows = [...stdout.matchAll(/^(\S+)\s+(\S+)\s+(\d+)m\s+(\d+)Mi\s*$/gm)]
      return (
        rows.length > 0 &&
        rows.map(([, pod, container, cpu, memory]) => ({
          pod: pod!,
          container: container!,
          milliCpu: Number(cpu),
          mebibytes: Number(memory),
        }))
      )
    },
    { timeoutMs: 90_000, everyMs: 2_000 },
  )
