import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { ensureTools, root } from '../../scripts/lib/setup.mjs'

const run = promisify(execFile)
export const chart = join(root, 'chart')
export const preset = (name: 'dev' | 'prod') => join(root, 'presets', `${name}.yaml`)

/** A rendered object. Tests reach deep into it, so it is as loose as YAML is. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Manifest = any

export interface Options {
  helm?: 'helm3' | 'helm4'
  release?: string
  namespace?: string
  /** `-f` files, before `values`. */
  files?: string[]
  /** Further arguments, e.g. `--set`. */
  args?: string[]
}

export interface Rendered {
  text: string
  objects: Manifest[]
}

const folder = mkdtempSync(join(tmpdir(), 'chart-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const cache = new Map<string, Promise<Rendered>>()
let files = 0

/** Runs a Helm command. @throws with Helm's stderr in `stderr` */
export async function helm(args: string[], which: 'helm3' | 'helm4' = 'helm4'): Promise<string> {
  const tools = (await ensureTools())!
  // No cluster and no configuration of the person who runs the tests.
  const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: join(folder, 'none') }
  return (await run(tools[which], args, { env, maxBuffer: 1 << 26 })).stdout
}

/** Renders the chart with these values; the same question is asked only once. */
export function render(values: object = {}, options: Options = {}): Promise<Rendered> {
  const key = JSON.stringify([values, options])
  let result = cache.get(key)
  if (!result) cache.set(key, (result = renderAnew(values, options)))
  return result
}

/** Renders without the cache. */
export async function renderAnew(values: object = {}, options: Options = {}): Promise<Rendered> {
  const file = join(folder, `values-${files++}.yaml`)
  writeFileSync(file, stringify(values))
  const given = (options.files ?? []).flatMap((f) => ['-f', f])
  const args = [
    'template',
    options.release ?? 'mlflow',
    chart,
    '-n',
    options.namespace ?? 'mlflow',
    ...given,
    '-f',
    file,
    ...(options.args ?? []),
  ]
  const text = await helm(args, options.helm)
  const documents = parseAllDocuments(text)
  for (const document of documents) if (document.errors[0]) throw document.errors[0]
  return { text, objects: documents.map((d) => d.toJS() as Manifest).filter(Boolean) }
}

/** What Helm says when it refuses these values. @throws when it does not */
export async function refusal(values: object, options: Options = {}): Promise<string> {
  try {
    await render(values, options)
  } catch (error) {
    return (error as { stderr?: string }).stderr ?? String(error)
  }
  throw new Error(`rendered, though it should not: ${JSON.stringify(values)} ${JSON.stringify(options)}`)
}

/** The one object of this kind and name. @throws when there is none */
export function pick({ objects }: Rendered, kind: string, name: string): Manifest {
  const found = objects.filter((o) => o.kind === kind && o.metadata.name === name)
  if (found.length !== 1)
    throw new Error(`${found.length} ${kind} ${name} in ${objects.map((o) => `${o.kind}/${o.metadata.name}`).join(' ')}`)
  return found[0]
}

/** Names of all objects of a kind. */
export const names = ({ objects }: Rendered, kind: string): string[] =>
  objects
    .filter((o) => o.kind === kind)
    .map((o) => o.metadata.name)
    .sort()

/** Every pod template (and pod), with the object that it belongs to. */
export function podsOf({ objects }: Rendered): { owner: string; metadata: Manifest; spec: Manifest }[] {
  return objects.flatMap((o) => {
    const template = o.kind === 'Pod' ? o : o.kind === 'CronJob' ? o.spec.jobTemplate.spec.template : o.spec?.template
    return template?.spec?.containers
      ? [{ owner: `${o.kind}/${o.metadata.name}`, metadata: template.metadata, spec: template.spec }]
      : []
  })
}

/** Environment of a container as a record; references to Secrets as `secret:NAME/KEY`. */
export function envOf(container: Manifest): Record<string, string> {
  const entries = (container.env ?? []) as Manifest[]
  const text = (e: Manifest) =>
    e.valueFrom?.secretKeyRef ? `secret:${e.valueFrom.secretKeyRef.name}/${e.valueFrom.secretKeyRef.key}` : (e.value as string)
  return Object.fromEntries(entries.map((e) => [e.name, text(e)]))
}

/** The server's container in a rendering of release `mlflow`. */
export const server = (rendered: Rendered, name = 'mlflow'): Manifest =>
  pick(rendered, 'Deployment', name).spec.template.spec.containers.find((c: Manifest) => c.name === 'mlflow')

/** Values with which nothing random is rendered. */
export const existing = { secrets: { existingSecret: 'creds' }, backup: { encryption: { existingSecret: 'backup-key' } } }

/** Everything that can be switched on, on. */
export const everything = {
  ...existing,
  backup: { enabled: true, timeZone: 'Europe/Berlin', encryption: { existingSecret: 'backup-key' } },
  networkPolicy: {
    enabled: true,
    clients: [{ namespace: 'threads-agent', podLabels: { app: 'orchestrator' } }, { namespace: 'notebooks' }],
    ingressController: { namespace: 'ingress-nginx' },
    monitoring: { namespace: 'monitoring' },
  },
  metrics: { enabled: true, serviceMonitor: { enabled: true, labels: { release: 'prometheus' } } },
  tracing: { enabled: true, endpoint: 'http://jaeger-collector.monitoring:4318' },
  ingress: { className: 'nginx', hosts: [{ host: 'mlflow.example.com' }] },
  tls: { mode: 'cert-manager', issuer: { name: 'letsencrypt' } },
}

/** Database and store outside of the cluster. */
export const external = {
  ...existing,
  postgresql: { enabled: false },
  backendStore: { host: 'db.example.com', username: 'ml', sslMode: 'verify-full' },
  objectStore: { enabled: false },
  artifactStore: {
    uri: 's3://artifacts/mlflow',
    endpoint: 'https://s3.example.com:9443',
    region: 'eu-central-1',
    pathStyle: true,
  },
}
