import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The cluster that the suites run on. */
export interface Target {
  readonly kubeconfig: string
  readonly context: string
  /** Our own cluster, whose registry stand-in answers at once, and not one that somebody else brought. */
  readonly own: boolean
}

/** Folder of the caches and of the running cluster; the scripts in ../kube use the same one. */
const home =
  process.env.MLFLOW_SETUP_CLUSTER_HOME ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mlflow-setup')
const state = process.env.MLFLOW_SETUP_CLUSTER_STATE ?? join(home, 'state')

/**
 * Our own cluster, or the one that `MLFLOW_SETUP_TEST_CONTEXT` names in the person's kubeconfig.
 * Throws when neither is there.
 */
export function target(): Target {
  const context = process.env.MLFLOW_SETUP_TEST_CONTEXT
  if (context) {
    return { kubeconfig: process.env.KUBECONFIG || join(homedir(), '.kube', 'config'), context, own: false }
  }
  const kubeconfig = join(state, 'kubeconfig')
  if (!existsSync(kubeconfig)) throw new Error('the test cluster is not up: npm run cluster:up')
  return { kubeconfig, context: 'mlflow-setup-test', own: true }
}
