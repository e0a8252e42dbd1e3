import { execFile, type ExecFileException } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Result } from '../../src/core/result.js'
import { ensureTools, root } from '../../scripts/lib/setup.mjs'

export const bin = join(root, 'bin', 'mlflow-setup.mjs')

export interface Ended {
  code: number
  stdout: string
  stderr: string
  /** Milliseconds. */
  ms: number
}

/** A private folder to run in: working folder, HOME and preferences; removed by `dispose`. */
export async function workplace() {
  const folder = await mkdtemp(join(tmpdir(), 'mlflow setup test '))
  await mkdir(join(folder, 'temporary'))
  const tools = (await ensureTools())!
  // Nothing of the person who runs the tests may leak in: no kubeconfig, no proxies, no CI.
  const env: NodeJS.ProcessEnv = {
    PATH: `${tools.bin}${delimiter}${process.env.PATH}`,
    HOME: folder,
    TMPDIR: join(folder, 'temporary'),
    NO_COLOR: '1',
    KUBECONFIG: join(folder, 'no-kubeconfig'),
    MLFLOW_SETUP_CONFIG_DIR: join(folder, 'config'),
  }
  const run = (args: string[], extra: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    new Promise((resolve) => {
      const start = Date.now()
      const child = execFile(
        process.execPath,
        [bin, ...args],
        { cwd: folder, env: { ...env, ...extra }, maxBuffer: 1 << 26 },
        (error: ExecFileException | null, stdout, stderr) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr, ms: Date.now() - start }),
      )
      child.stdin?.end()
    })
  return { folder, env, tools, run, dispose: () => rm(folder, { recursive: true, force: true }) }
}

/** The JSON object that a command ends with. */
export const resultOf = (ended: Ended): Result => JSON.parse(ended.stdout) as Result
