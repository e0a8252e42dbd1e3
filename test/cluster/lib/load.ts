import type { Client } from './client.js'
import { exec } from './pods.js'

/** What became of a stream of requests. */
export interface LoadReport {
  readonly sent: number
  /** What went wrong, one entry for each failed request. */
  readonly failures: readonly string[]
}

const script = `
import base64, json, os, sys, time, urllib.request
url, user, password, stop = sys.argv[1:]
token = base64.b64encode(f"{user}:{password}".encode()).decode()
sent, failures = 0, []
while not os.path.exists(stop):
    sent += 1
    try:
        # A connection of its own for each: one that is kept would hide a server that takes no new ones.
        request = urllib.request.Request(url, headers={"Authorization": f"Basic {token}"})
        with urllib.request.urlopen(request, timeout=20) as r:
            r.read()
    except OSError as e:
        failures.append(f"{time.strftime('%H:%M:%S')} {e}")
    time.sleep(0.1)
print(json.dumps({"sent": sent, "failures": failures}))
`

/**
 * Sends requests to the API of the server at an address, ten a second at most, while `during` runs, and tells how they went.
 * Each is answered out of the database and needs credentials.
 */
export async function underLoad(
  from: Client,
  server: string,
  { user, password }: { user: string; password: string },
  during: () => Promise<void>,
): Promise<LoadReport> {
  const url = `${server}/api/2.0/mlflow/experiments/search?max_results=1`
  const stop = `/tmp/stop-${Date.now()}`
  const ended = exec(from.namespace, from.name, ['python3', '-c', script, url, user, password, stop])
  try {
    await during()
  } finally {
    await exec(from.namespace, from.name, ['touch', stop])
  }
  const { code, stdout, stderr } = await ended
  if (code !== 0) throw new Error(`sending requests: ${stderr.replaceAll(password, '***')}`)
  return JSON.parse(stdout) as LoadReport
}
