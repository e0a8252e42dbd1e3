import { execa, ExecaError } from 'execa'
import type { Clock } from '../../ports/clock.js'
import type { ContextInfo, Kubeconfig } from '../../ports/cluster.js'
import { systemClock } from '../clock.js'
import { createCluster } from './api.js'
import { credentialsOf, execSubject, type MinifiedConfig } from './credentials.js'
import { requirePlugin } from './exec-plugin.js'

export interface KubeconfigOptions {
  /** Program to ask; default: MLFLOW_SETUP_KUBECTL, else `kubectl` on PATH. */
  kubectl?: string
  /** Environment of kubectl and of credential plugins (KUBECONFIG, PATH, proxies); default: ours. */
  env?: NodeJS.ProcessEnv
  clock?: Clock
}

interface MergedConfig {
  clusters?: { name: string; cluster: { server?: string } }[] | null
  contexts?: { name: string; context: { cluster?: string; user?: string; namespace?: string } }[] | null
  'current-context'?: string
}

/**
 * The kubeconfig as kubectl itself reads and merges it: same files, same order, same current context. A second
 * implementation of the merge would sooner or later talk to another cluster than kubectl does.
 */
export function createKubeconfig(options: KubeconfigOptions = {}): Kubeconfig {
  const env = options.env ?? process.env
  const program = options.kubectl ?? (env.MLFLOW_SETUP_KUBECTL || 'kubectl')

  async function view<T>(...flags: string[]): Promise<T> {
    try {
      const { stdout } = await execa(program, ['config', 'view', '-o', 'json', ...flags], {
        env,
        extendEnv: false,
        stdin: 'ignore',
      })
      return JSON.parse(stdout) as T
    } catch (error) {
      throw explain(error, program)
    }
  }

  async function contexts(): Promise<ContextInfo[]> {
    const config = await view<MergedConfig>()
    const servers = new Map((config.clusters ?? []).map((c) => [c.name, c.cluster?.server ?? '']))
    return (config.contexts ?? []).map(({ name, context }) => ({
      name,
      cluster: context?.cluster ?? '',
      server: servers.get(context?.cluster ?? '') ?? '',
      user: context?.user ?? '',
      ...(context?.namespace ? { namespace: context.namespace } : {}),
      current: name === config['current-context'],
    }))
  }

  return {
    contexts,
    async connect(wanted) {
      const context = chooseContext(await contexts(), wanted, env)
      const config = await view<MinifiedConfig>('--raw', '--minify', '--flatten', `--context=${context}`)
      const server = config.clusters?.[0]?.cluster.server
      if (!server) throw new Error(`context "${context}" names a cluster without a server address; mend it in the kubeconfig`)
      const exec = config.users?.[0]?.user.exec
      if (exec) requirePlugin(exec, execSubject(config), env)
      return createCluster({ context, server, credentials: credentialsOf(config, env), clock: options.clock ?? systemClock })
    },
  }
}

function chooseContext(contexts: ContextInfo[], wanted: string | undefined, env: NodeJS.ProcessEnv): string {
  const names = contexts.map((c) => c.name).join(', ')
  if (contexts.length === 0) {
    const place = env.KUBECONFIG
      ? `KUBECONFIG=${env.KUBECONFIG} holds no context`
      : 'there is no ~/.kube/config and KUBECONFIG is not set'
    throw new Error(`no kubeconfig: ${place}. Get one from your cluster's provider, or set KUBECONFIG to its path`)
  }
  if (wanted === undefined) {
    const current = contexts.find((c) => c.current)
    if (current) return current.name
    throw new Error(`the kubeconfig has no current context. Name one with --context: ${names}`)
  }
  if (contexts.some((c) => c.name === wanted)) return wanted
  throw new Error(`context "${wanted}" is not in the kubeconfig. Known contexts: ${names}`)
}

function explain(error: unknown, program: string): Error {
  if (!(error instanceof ExecaError)) return error as Error
  if (error.code === 'ENOENT') {
    return new Error(`"${program}" was not found on PATH. Install kubectl: https://kubernetes.io/docs/tasks/tools/`)
  }
  const stderr = String(error.stderr ?? '').trim()
  return new Error(`the kubeconfig cannot be read: ${stderr.replace(/^error: /i, '') || error.shortMessage}`, { cause: error })
}
