import { mlflowRef } from '../images/refs.js'
import { exec, startPod } from './pods.js'

/** A pod of a namespace from which requests are sent. */
export interface Client {
  readonly namespace: string
  readonly name: string
}

/** What a request came to: a status and the body's start, or why there was no answer (`timed out`, `Connection refused`). */
export type Answer = { readonly status: number; readonly body: string } | { readonly status: 0; readonly error: string }

/** Starts a pod with Python to send requests from. Labels decide which network policies let it through. */
export async function startClient(
  namespace: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<Client> {
  await startPod({ namespace, name, labels, image: mlflowRef, command: ['sleep', 'infinity'] })
  return { namespace, name }
}

const script = `
import json, sys, urllib.error, urllib.request
url, headers, timeout = sys.argv[1], json.loads(sys.argv[2]), float(sys.argv[3])
try:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout) as r:
        print(json.dumps({"status": r.status, "body": r.read(2000).decode(errors="replace")}))
except urllib.error.HTTPError as e:
    print(json.dumps({"status": e.code, "body": e.read(2000).decode(errors="replace")}))
except OSError as e:
    print(json.dumps({"status": 0, "error": str(getattr(e, "reason", e))}))
`

/** Sends one GET request from a pod. `auth` is sent as Basic authentication. */
export async function request(
  from: Client,
  url: string,
  { auth, timeoutSeconds = 5 }: { auth?: { user: string; password: string }; timeoutSeconds?: number } = {},
): Promise<Answer> {
  const basic = auth && Buffer.from(`${auth.user}:${auth.password}`).toString('base64')
  const headers = JSON.stringify(basic ? { Authorization: `Basic ${basic}` } : {})
  const { code, stdout, stderr } = await exec(from.namespace, from.name, [
    'python3',
    '-c',
    script,
    url,
    headers,
    String(timeoutSeconds),
  ])
  if (code !== 0) throw new Error(`request from ${from.namespace}/${from.name}: ${stderr}`)
  return JSON.parse(stdout) as Answer
}
