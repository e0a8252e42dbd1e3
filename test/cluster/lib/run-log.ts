import type { Client } from './client.js'
import { secret } from './kubectl.js'
import { exec } from './pods.js'

/** A run that was logged through the server. */
export interface LoggedRun {
  readonly runId: string
  readonly experiment: string
  /** What was stored as artifact `notes.txt`. */
  readonly text: string
}

const script = `
import json, sys, mlflow
experiment, text = sys.argv[1:]
mlflow.set_experiment(experiment)
with mlflow.start_run() as run:
    mlflow.log_param("alpha", "0.5")
    mlflow.log_metric("loss", 0.25)
    mlflow.log_text(text, "notes.txt")
print(json.dumps(run.info.run_id))
`

/** The administrator's account of a release. */
export async function admin(namespace: string, fullname = 'mlflow'): Promise<{ user: string; password: string }> {
  const { 'admin-username': user, 'admin-password': password } = await secret(namespace, `${fullname}-secret`)
  return { user: user!, password: password! }
}

/** Address of the server inside the cluster. */
export const serverUrl = (namespace: string, fullname = 'mlflow'): string =>
  `http://${fullname}.${namespace}.svc.cluster.local:5000`

/** Logs a run with a param, a metric and an artifact, by MLflow's own client in a pod, through the Service. */
export async function logRun(from: Client, serverNamespace: string, experiment: string): Promise<LoggedRun> {
  const { user, password } = await admin(serverNamespace)
  const text = `written by ${from.namespace}/${from.name}`
  const env = [
    `MLFLOW_TRACKING_URI=${serverUrl(serverNamespace)}`,
    `MLFLOW_TRACKING_USERNAME=${user}`,
    `MLFLOW_TRACKING_PASSWORD=${password}`,
  ]
  const { code, stdout, stderr } = await exec(from.namespace, from.name, [
    'env',
    ...env,
    'python3',
    '-c',
    script,
    experiment,
    text,
  ])
  if (code !== 0) throw new Error(`logging a run: ${stderr.replaceAll(password, '***')}`)
  // MLflow itself prints addresses of the run before.
  return { runId: JSON.parse(stdout.trim().split('\n').at(-1)!) as string, experiment, text }
}
