import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
// Only the config part: the generated API clients would add a megabyte and a third of a second.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { ApiError } from '../../ports/cluster.js'
import { runPlugin, type ExecConfig, type ExecSubject } from './exec-plugin.js'
import { proxyFor } from './proxy.js'
import type { Access } from './transport.js'

/** The way into one cluster. Resolved once and shared by parallel calls, so that a login plugin runs once. */
export interface Credentials {
  access(): Promise<Access>
  /** After a 401: the next `access` asks again, unless somebody already did since `used` was handed out. */
  refresh(used: Access): void
}

/** A kubeconfig with one context, as `kubectl config view --raw --minify --flatten -o json` prints it. */
export interface MinifiedConfig {
  clusters: { name: string; cluster: Record<string, unknown> & { server: string } }[]
  users?: { name: string; user: Record<string, unknown> & { exec?: ExecConfig; tokenFile?: string; token?: string } }[] | null
  contexts: { name: string; context: { cluster: string; user: string; namespace?: string } }[]
  'current-context': string
}

/** Tokens are renewed this long before their end, so that a request under way does not meet it. */
const renewBeforeMs = 10_000

/** Credentials of a kubeconfig with one context. */
export function credentialsOf(config: MinifiedConfig, env: NodeJS.ProcessEnv = process.env): Credentials {
  let current: { promise: Promise<Access>; value?: Access; until?: number } | undefined
  const resolve = () => {
    const entry: NonNullable<typeof current> = {
      promise: resolveAccess(config, env).then(({ access, until }) => {
        entry.value = access
        entry.until = until
        return access
      }),
    }
    current = entry
    // A failed login is not remembered: the person may mend it and try again.
    entry.promise.catch(() => {
      if (current === entry) current = undefined
    })
    return entry
  }
  return {
    access() {
      if (current?.until !== undefined && Date.now() > current.until - renewBeforeMs) current = undefined
      return (current ?? resolve()).promise
    },
    refresh(used) {
      if (current?.value === used) current = undefined
    },
  }
}

async function resolveAccess(config: MinifiedConfig, env: NodeJS.ProcessEnv): Promise<{ access: Access; until?: number }> {
  const cluster = config.clusters[0]!.cluster
  const plain = cluster.server.startsWith('http:')
  const { user, until } = await resolveUser(config, env)
  const proxy = cluster['proxy-url'] ?? proxyFor(cluster.server, env)
  const kube = new KubeConfig()
  kube.loadFromString(
    JSON.stringify({
      ...config,
      clusters: [
        {
          name: config.clusters[0]!.name,
          cluster: {
            ...cluster,
            ...(proxy ? { 'proxy-url': proxy } : {}),
            // client-node refuses http otherwise; nothing secret goes over it, see below.
            ...(plain ? { 'insecure-skip-tls-verify': true } : {}),
          },
        },
      ],
      users: [{ name: config.users?.[0]?.name ?? 'anonymous', user }],
      contexts: [
        { ...config.contexts[0]!, context: { ...config.contexts[0]!.context, user: config.users?.[0]?.name ?? 'anonymous' } },
      ],
    }),
  )
  const options: https.RequestOptions = {}
  await kube.applyToHTTPSOptions(options)
  if (plain)
    return { access: { headers: {}, agent: proxy ? (options.agent as http.Agent) : new http.Agent({ keepAlive: true }) } }
  const headers = { ...(options.headers as Record<string, string> | undefined) }
  if (options.auth) headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`
  const { ca, cert, key, servername, rejectUnauthorized } = options
  const tls = { ca, cert, key, servername, ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }) }
  const agent = proxy ? (options.agent as https.Agent) : new https.Agent({ keepAlive: true, ...tls })
  return { access: { headers, agent }, ...(until === undefined ? {} : { until }) }
}

/** The user with what only a program or a file knows filled in. */
async function resolveUser(
  config: MinifiedConfig,
  env: NodeJS.ProcessEnv,
): Promise<{ user: Record<string, unknown>; until?: number }> {
  const entry = config.users?.[0]
  if (!entry) return { user: {} }
  const { exec, tokenFile, ...user } = entry.user
  if (tokenFile && !user.token)
    return { user: { ...user, token: readFileSync(tokenFile, 'utf8').trim() }, until: Date.now() + 60_000 }
  if (!exec) return { user }
  try {
    const credential = await runPlugin(exec, execSubject(config), env)
    const base64 = (pem: string) => Buffer.from(pem).toString('base64')
    return {
      user: {
        ...user,
        ...(credential.token ? { token: credential.token } : {}),
        ...(credential.clientCertificateData ? { 'client-certificate-data': base64(credential.clientCertificateData) } : {}),
        ...(credential.clientKeyData ? { 'client-key-data': base64(credential.clientKeyData) } : {}),
      },
      ...(credential.expirationTimestamp ? { until: Date.parse(credential.expirationTimestamp) } : {}),
    }
  } catch (error) {
    throw new ApiError((error as Error).message, 0, 'CredentialPlugin')
  }
}

/** Who a plugin works for, with the cluster in the shape of `ExecCredential.spec.cluster`. */
export function execSubject(config: MinifiedConfig): ExecSubject {
  const { cluster } = config.clusters[0]!
  return {
    user: config.users?.[0]?.name ?? '',
    context: config['current-context'],
    cluster: {
      server: cluster.server,
      ...(cluster['tls-server-name'] ? { 'tls-server-name': cluster['tls-server-name'] } : {}),
      ...(cluster['insecure-skip-tls-verify'] ? { 'insecure-skip-tls-verify': true } : {}),
      ...(cluster['certificate-authority-data'] ? { 'certificate-authority-data': cluster['certificate-authority-data'] } : {}),
      ...(cluster['proxy-url'] ? { 'proxy-url': cluster['proxy-url'] } : {}),
    },
  }
}
