import type { FlowEvent } from '../core/events.js'
import { exitCodes } from '../core/exit-codes.js'
import type { Result } from '../core/result.js'
import { pump } from '../flows/streaming.js'
import { jsonRenderer, ndjsonRenderer, type Renderer } from '../ui/json/json.js'
import { plainRenderer } from '../ui/plain/plain.js'
import type { CommonOptions } from './options.js'

const stdout = (text: string) => void process.stdout.write(text)

/** The renderer for an output format that needs no terminal. */
export function rendererFor(options: Pick<CommonOptions, 'output' | 'verbose'>, rehearsal: boolean): Renderer {
  if (options.output === 'json') return jsonRenderer(stdout)
  if (options.output === 'ndjson') return ndjsonRenderer(stdout, Date.now)
  return plainRenderer(stdout, { rehearsal, verbose: options.verbose ?? false })
}

/** Feeds every event of a flow to the renderer. @returns what the flow returned */
export function render<R>(flow: AsyncGenerator<FlowEvent, R>, renderer: Renderer): Promise<R> {
  return pump(flow, (event) => renderer.event(event))
}

/** Shows the result and gives its exit code. */
export function conclude(renderer: Renderer, result: Result): number {
  renderer.result(result)
  return result.exitCode
}

/**
 * Whether a person can be asked: a terminal on both sides, and nothing that says automation. Decided before Ink is
 * loaded, which would end with exit code 0 on a stdin that it cannot use.
 */
export function canAsk(options: { yes?: boolean; output: string }): boolean {
  const ci = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false'
  return Boolean(process.stdin.isTTY && process.stdout.isTTY) && !ci && !options.yes && options.output === 'text'
}

/** Whether the live screen can be drawn. */
export function canDraw(options: { output: string; accessible?: boolean }): boolean {
  return canAsk({ output: options.output }) && !options.accessible && process.env.TERM !== 'dumb'
}

/**
 * Aborts on SIGINT, SIGTERM and SIGHUP. `code()`: the exit code that the signal stands for, undefined without one.
 * A second signal ends the process at once.
 */
export function listenForSignals(): { signal: AbortSignal; code(): number | undefined; dispose(): void } {
  const controller = new AbortController()
  let code: number | undefined
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => {
    const handler = () => {
      const value = name === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
      if (code !== undefined) process.exit(value)
      code = value
      controller.abort()
    }
    process.on(name, handler)
    return [name, handler] as const
  })
  return {
    signal: controller.signal,
    code: () => code,
    dispose: () => handlers.forEach(([name, handler]) => process.off(name, handler)),
  }
}
