import { afterAll, afterEach, beforeAll } from 'vitest'
import { apply, kubectl, tryKubectl } from './kubectl.js'

/** Makes an empty namespace that admits only pods of Pod Security "restricted"; one of that name is removed before. */
export async function makeNamespace(name: string): Promise<void> {
  await deleteNamespace(name)
  await apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  })
}

/** Removes a namespace and, unless told otherwise, waits until it is gone. */
export const deleteNamespace = (name: string, wait = true): Promise<string> =>
  kubectl(['delete', 'namespace', name, '--ignore-not-found', `--wait=${wait}`, '--timeout=180s'])

/** Prints what a person would look at first: pods, events, logs of the last lines. */
export async function describe(name: string): Promise<void> {
  const say = async (args: string[]) => {
    const { stdout, stderr } = await tryKubectl([...args, '-n', name])
    console.log(`--- kubectl ${args.join(' ')} -n ${name}\n${stdout}${stderr}`)
  }
  await say(['get', 'pods,jobs,pvc', '-o', 'wide'])
  await say(['get', 'events', '--sort-by=.lastTimestamp'])
  await say(['logs', '-l', 'app.kubernetes.io/name=mlflow', '--all-containers', '--prefix', '--tail=25'])
}

/** Gives the calling suite namespaces of its own; after its first failed test it tells what was in them. */
export function useNamespaces(...names: readonly string[]): void {
  let told = false
  beforeAll(async () => {
    for (const name of names) await makeNamespace(name)
  })
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || told) return
    told = true
    for (const name of names) await describe(name)
  })
  afterAll(async () => {
    // Not waited for: servers take their time to say goodbye, and the next suite has namespaces of its own.
    await Promise.all(names.map((name) => deleteNamespace(name, false)))
  })
}
