import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks again and again until `condition` gives something truthy, and returns that.
 * Fails after `timeoutMs`, saying what was waited for and how the last try ended.
 */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  { timeoutMs = 60_000, everyMs = 500 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const end = Date.now() + timeoutMs
  let last = 'not yet'
  for (;;) {
    try {
      const value = await condition()
      if (value) return value
      last = 'not yet'
    } catch (error) {
      last = (error as Error).message
    }
    if (Date.now() > end) throw new Error(`gave up after ${timeoutMs / 1000} s waiting for ${what}: ${last}`)
    await delay(everyMs)
  }
}
