import { execa, ExecaError } from 'execa'
import { HelmMissing, type Helm, type HelmExit, type HelmRelease, type HelmTarget } from '../../ports/helm.js'

export interface HelmOptions {
  /** Program to run; default: `helm` on PATH. */
  program?: string
  /** Chart folder. */
  chart: string
  /** Added to the environment of each call, e.g. a pinned KUBECONFIG. */
  env?: Record<string, string>
  /** How long Helm may wait for a hook, Helm's own notation. */
  timeout?: string
}

/** Helm marks a signalled release as failed; killed at once it would stay locked (helm/helm#9180). */
const patienceMs = 30_000

/** The Helm command line behind the port. The same arguments are accepted by Helm 3.14+ and 4. */
export function createHelm(options: HelmOptions): Helm {
  const program = options.program ?? 'helm'
  const place = (t: HelmTarget) => ['--namespace', t.namespace, '--kube-context', t.context]
  const environment = {
    ...options.env,
    // Plugins and colours have no place in what we parse.
    HELM_COLOR: 'never',
    NO_COLOR: '1',
  }

  async function read(args: string[]): Promise<string> {
    try {
      const { stdout } = await execa(program, args, { env: environment, stdin: 'ignore', stripFinalNewline: false })
      return stdout
    } catch (error) {
      throw explain(error, program)
    }
  }

  /** Runs Helm in a process group of its own, so that the terminal's Ctrl-C reaches only us. */
  async function run(args: string[], onLine: (line: string) => void, signal?: AbortSignal): Promise<HelmExit> {
    const child = execa(program, args, {
      env: environment,
      stdin: 'ignore',
      all: true,
      detached: process.platform !== 'win32',
      reject: false,
      ...(signal ? { cancelSignal: signal } : {}),
      killSignal: 'SIGTERM',
      forceKillAfterDelay: patienceMs,
    })
    try {
      for await (const line of child.iterable({ from: 'all' })) if (String(line).trim() !== '') onLine(String(line))
    } catch {
      // The iteration ends with the process; how it ended is in its result.
    }
    const result = await child
    if ((result as { code?: string }).code === 'ENOENT') throw new HelmMissing(program)
    return { code: result.exitCode ?? 1, stderr: lastLines(result.stderr), ...(result.signal ? { signal: result.signal } : {}) }
  }

  const ignore = () => {}
  const applyArgs = (t: HelmTarget, valuesFile: string) => [
    'upgrade',
    '--install',
    t.release,
    options.chart,
    ...place(t),
    '--values',
    valuesFile,
    '--history-max',
    '10',
    '--timeout',
    options.timeout ?? '15m',
  ]

  return {
    async version() {
      const text = (await read(['version', '--template', '{{.Version}}'])).trim()
      return text.replace(/^v/, '')
    },
    template: (t, valuesFile) =>
      read([
        'template',
        t.release,
        options.chart,
        '--namespace',
        t.namespace,
        '--values',
        valuesFile,
        '--no-hooks',
        '--skip-tests',
      ]),
    applyArgv: (t, valuesFile) => [program, ...applyArgs(t, valuesFile)],
    apply: (t, valuesFile, onLine, signal) => run(applyArgs(t, valuesFile), onLine, signal),
    async history(t) {
      try {
        const rows = JSON.parse(await read(['history', t.release, ...place(t), '--max', '20', '--output', 'json'])) as Record<
          string,
          string
        >[]
        return rows.map((r) => toRelease(r, t)).sort((a, b) => b.revision - a.revision)
      } catch (error) {
        if (/release: not found/.test((error as Error).message)) return []
        throw error
      }
    },
    values: (t) => read(['get', 'values', t.release, ...place(t), '--output', 'yaml']),
    manifest: (t) => read(['get', 'manifest', t.release, ...place(t)]),
    test: (t, onLine, signal) => run(['test', t.release, ...place(t), '--timeout', options.timeout ?? '15m'], onLine, signal),
    rollback: (t, revision) => run(['rollback', t.release, String(revision), ...place(t)], ignore),
    uninstall: (t) => run(['uninstall', t.release, ...place(t)], ignore),
  }
}

function toRelease(row: Record<string, string>, target: HelmTarget): HelmRelease {
  return {
    name: target.release,
    namespace: target.namespace,
    revision: Number(row.revision),
    status: row.status ?? 'unknown',
    chart: row.chart ?? '',
    appVersion: row.app_version ?? '',
    updated: Date.parse(row.updated ?? '') || 0,
  }
}

const lastLines = (text: string | undefined, count = 20) => (text ?? '').trim().split('\n').slice(-count).join('\n')

function explain(error: unknown, program: string): Error {
  if (!(error instanceof ExecaError)) return error as Error
  if (error.code === 'ENOENT') return new HelmMissing(program)
  const stderr = lastLines(String(error.stderr ?? ''))
  return new Error(stderr.replace(/^Error: /, '') || error.shortMessage, { cause: error })
}
