import { execFile } from 'node:child_process'
import { ensureTools } from '../../../scripts/lib/setup.mjs'
import { target } from './target.js'

/** How a command ended. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The few fields of Kubernetes objects that the suites read. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- raw API JSON; each suite narrows what it reads
export type Obj = any

/** Runs kubectl against the target and returns how it ended; never throws for a bad exit code. */
export async function tryKubectl(args: readonly string[], input?: string): Promise<Ran> {
  const tools = await ensureTools()
  const { kubeconfig, context } = target()
  return new Promise((resolve) => {
    const child = execFile(
      tools?.kubectl ?? 'kubectl',
      ['--kubeconfig', kubeconfig, '--context', context, ...args],
      { maxBuffer: 1 << 27 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    )
    child.stdin?.end(input ?? '')
  })
}

/** Runs kubectl and returns what it printed. Throws with its words when it fails. */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await tryKubectl(args, input)
  if (code !== 0) throw new Error(`kubectl ${args.slice(0, 6).join(' ')}: ${stderr.trim() || stdout.trim()}`)
  return stdout
}

/** `kubectl get ... -o json`, parsed. */
export const get = async (args: readonly string[]): Promise<Obj> => JSON.parse(await kubectl(['get', ...args, '-o', 'json']))

/** The items of a list. */
export const list = async (args: readonly string[]): Promise<Obj[]> => ((await get(args)) as { items: Obj[] }).items

/** Applies objects. */
export const apply = (...objects: readonly object[]): Promise<string> =>
  kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }))

/** A Secret's values, decoded. */
export async function secret(namespace: string, name: string): Promise<Record<string, string>> {
  const { data } = (await get(['secret', name, '-n', namespace])) as { data: Record<string, string> }
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))
}
