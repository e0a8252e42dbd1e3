import { spawn, type ChildProcess } from 'node:child_process'
import type { Result } from '../../../src/core/result.js'
import { bin, workplace, type Ended } from '../../e2e/product.js'
import { target } from './target.js'

/** A run of the product that has not ended yet. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Ends it and all that it started, as a power cut would. */
  cut(): void
}

/** How the product ended, and the JSON object that it printed. */
export interface Installed extends Ended {
  readonly result: Result
}

/** The product as a person runs it: in a folder of its own, against the target, with nothing of the person's own settings. */
export async function product() {
  const place = await workplace()
  const { kubeconfig, context } = target()
  const env = { ...place.env, KUBECONFIG: kubeconfig }

  const start = (args: readonly string[]): Running => {
    const began = Date.now()
    // A process group of its own, so that Helm goes down with it in `cut`.
    const child = spawn(process.execPath, [bin, ...args, '--context', context], {
      cwd: place.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr, ms: Date.now() - began }))
    })
    return { child, ended, cut: () => void process.kill(-child.pid!, 'SIGKILL') }
  }
  /** Runs a command with `--output json` to its end. Throws when the last thing on stdout is no JSON object. */
  const run = async (...args: readonly string[]): Promise<Installed> => {
    const ended = await start([...args, '--output', 'json']).ended
    try {
      return { ...ended, result: JSON.parse(ended.stdout) as Result }
    } catch {
      throw new Error(`mlflow-setup ${args.join(' ')} ended with ${ended.code} and no result:\n${ended.stdout}\n${ended.stderr}`)
    }
  }
  return { ...place, start, run }
}

/** Fails with everything that the product said unless it ended with this exit code and phase. */
export function mustEnd({ code, result, stderr }: Installed, wanted: number, phase: Result['phase']): void {
  if (code === wanted && result.phase === phase) return
  const causes = JSON.stringify(result.causes, null, 2)
  throw new Error(
    `exit code ${code} and not ${wanted}, ${result.phase} and not ${phase}: ${result.message}\n${causes}\n${stderr}`,
  )
}

/** Fails with everything that the product said unless it ended healthy. */
export const mustBeHealthy = (installed: Installed): void => mustEnd(installed, 0, 'healthy')
