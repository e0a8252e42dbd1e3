import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, isAbsolute, join, sep } from 'node:path'

/** `users[].user.exec` of a kubeconfig. */
export interface ExecConfig {
  apiVersion?: string
  command: string
  args?: string[] | null
  env?: { name: string; value: string }[] | null
  installHint?: string
  provideClusterInfo?: boolean
}

export interface ExecSubject {
  user: string
  context: string
  /** For `KUBERNETES_EXEC_INFO`. */
  cluster: Record<string, unknown>
}

/** `status` of an `ExecCredential`. */
export interface ExecCredential {
  token?: string
  clientCertificateData?: string
  clientKeyData?: string
  expirationTimestamp?: string
}

/** A login in a browser takes a while; a plugin that waits for a key press on our screen would wait for ever. */
const patienceMs = 30_000

/** @throws Error naming program, user, context, PATH and the kubeconfig's own hint when the plugin is not there */
export function requirePlugin(exec: ExecConfig, subject: ExecSubject, env: NodeJS.ProcessEnv = process.env): void {
  if (isInstalled(exec.command, env)) return
  throw missing(exec, subject, env)
}

/**
 * Runs the credential plugin once.
 * @throws Error with the plugin's last words when it fails, does not end in 30 seconds or is not installed
 */
export function runPlugin(exec: ExecConfig, subject: ExecSubject, env: NodeJS.ProcessEnv = process.env): Promise<ExecCredential> {
  const info = {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: subject.cluster } : {}) },
  }
  const extra = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]))
  return new Promise((resolve, reject) => {
    const child = spawn(exec.command, exec.args ?? [], {
      env: { ...env, ...extra, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let words = ''
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGTERM')
    }, patienceMs)
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-2000)))
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      reject(error.code === 'ENOENT' ? missing(exec, subject, env) : error)
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      const who = `credential plugin "${exec.command}" of user "${subject.user}" (context "${subject.context}")`
      const said = words.trim() ? `: ${words.trim().split('\n').slice(-5).join(' | ')}` : ''
      if (late)
        return reject(
          new Error(`${who} did not answer in ${patienceMs / 1000} s${said}. Log in once with kubectl, then try again`),
        )
      if (code !== 0) return reject(new Error(`${who} failed with exit code ${code}${said}`))
      try {
        const { status } = JSON.parse(output) as { status?: ExecCredential }
        if (!status) throw new Error('no status')
        resolve(status)
      } catch {
        // The output may hold a token: never in the message.
        reject(new Error(`${who} did not print an ExecCredential`))
      }
    })
  })
}

function missing(exec: ExecConfig, subject: ExecSubject, env: NodeJS.ProcessEnv): Error {
  const hint = exec.installHint ? `\n${exec.installHint.trim()}` : ''
  return new Error(
    `credential plugin "${exec.command}" was not found. User "${subject.user}" of context "${subject.context}" needs it.\n` +
      `PATH of this process: ${env.PATH ?? '(empty)'}\n` +
      `Install it, add its folder to PATH, or write its absolute path as "command" in the kubeconfig.${hint}`,
  )
}

function isInstalled(command: string, env: NodeJS.ProcessEnv): boolean {
  const endings = process.platform === 'win32' ? ['', ...(env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';')] : ['']
  const inPlace = isAbsolute(command) || command.includes('/') || command.includes(sep)
  const folders = inPlace ? [''] : (env.PATH ?? '').split(delimiter)
  return folders.some((folder) =>
    endings.some((ending) => isExecutable(folder === '' ? command + ending : join(folder, command + ending))),
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
