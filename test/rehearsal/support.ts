import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { ensureTools, root } from '../../scripts/lib/setup.mjs'
import { ManualClock } from '../../src/rehearsal/clock.js'
import { SimulatedCluster, type ClusterOptions } from '../../src/rehearsal/cluster.js'
import type { Json } from '../../src/rehearsal/json.js'
import { scenarios } from '../../src/rehearsal/scenarios/index.js'

export const namespace = 'ml'
export const release = 'mlflow'
export const chart = join(root, 'chart')
export const preset = (name: string) => join(root, 'presets', `${name}.yaml`)

const tools = await ensureTools()
if (!tools) throw new Error('Helm and kubectl for tests are only there on Linux x64')
export const { helm3, helm4, kubectl } = tools

export interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Runs a program to its end; its exit code is a result, not an error. */
export const run = (program: string, args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  new Promise((done) => {
    execFile(program, args, { env: { ...process.env, ...env }, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr })
    })
  })

/** Resolves once the condition holds, looking after each change in the cluster. @throws after the time, saying what was awaited */
export function until(cluster: SimulatedCluster, what: string, condition: () => boolean, limitMs = 20_000): Promise<void> {
  return new Promise((done, fail) => {
    const look = () => {
      if (!condition()) return
      stop()
      clearTimeout(limit)
      done()
    }
    const stop = cluster.store.onChange(look)
    const limit = setTimeout(() => {
      stop()
      fail(new Error(`not within ${limitMs} ms: ${what}`))
    }, limitMs)
    look()
  })
}

/** Whether every Deployment and StatefulSet of the namespace is current and ready, and every Job complete. */
export function isHealthy({ store }: SimulatedCluster): boolean {
  const workloads = ['Deployment', 'StatefulSet'].flatMap((kind) => store.ofKind(kind, namespace))
  const jobs = store.ofKind('Job', namespace)
  const isCurrent = (o: Json) => o.status?.observedGeneration === o.metadata.generation
  return (
    workloads.length > 0 &&
    workloads.every(
      (o) => isCurrent(o) && o.status.readyReplicas === o.spec.replicas && o.status.updatedReplicas === o.spec.replicas,
    ) &&
    jobs.every((o) => o.status?.succeeded === 1)
  )
}

const rendered = new Map<string, Promise<Json[]>>()

/** The objects of our chart with a preset, hooks left out. */
export function render(name: string): Promise<Json[]> {
  const work = async () => {
    const { code, stdout, stderr } = await run(helm4, [
      'template',
      release,
      chart,
      '-n',
      namespace,
      '-f',
      preset(name),
      '--no-hooks',
    ])
    if (code !== 0) throw new Error(stderr)
    return parseAllDocuments(stdout)
      .map((document) => document.toJSON() as Json)
      .filter((o) => o !== null)
  }
  if (!rendered.has(name)) rendered.set(name, work())
  return rendered.get(name)!
}

/** A cluster whose time stands still, with our chart put in and so many minutes gone by. */
export async function rehearse(
  scenario: string | undefined,
  seconds: number,
  name = 'dev',
): Promise<{ cluster: SimulatedCluster; clock: ManualClock }> {
  const clock = new ManualClock()
  const wanted = scenarios.find((s) => s.name === scenario)
  const cluster = new SimulatedCluster({ clock, ...(wanted ? { scenario: wanted } : {}) })
  cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await clock.advance(0)
  for (const o of await render(name)) cluster.create({ ...o, metadata: { ...o.metadata, namespace } })
  await clock.advance(seconds * 1000)
  return { cluster, clock }
}

/** Pods of a component. */
export const podsOf = ({ store }: SimulatedCluster, component: string): Json[] =>
  store.ofKind('Pod', namespace).filter((p) => p.metadata.labels['app.kubernetes.io/component'] === component)

/** The status of a container by name, init containers included. */
export function statusOf(pod: Json, container: string): Json {
  const all: Json[] = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])]
  return all.find((s) => s.name === container)
}

/** Reason and message of all events about a kind, in one text. */
export const eventsAbout = ({ store }: SimulatedCluster, kind: string): string =>
  store
    .ofKind('Event', namespace)
    .filter((e) => e.involvedObject.kind === kind)
    .map((e) => `${e.type} ${e.reason}: ${e.message}`)
    .join('\n')

/** A listening cluster with one namespace and nothing in it. */
export async function serve(options: Partial<ClusterOptions> = {}): Promise<{ cluster: SimulatedCluster; api: Api }> {
  const cluster = new SimulatedCluster({ clock: new ManualClock(), prefix: '/secret', ...options })
  cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await cluster.listen()
  await until(
    cluster,
    'the namespace has its service account',
    () => cluster.store.find('ServiceAccount', namespace, 'default') !== undefined,
  )
  return { cluster, api: new Api(cluster.url) }
}

export interface Answer {
  status: number
  headers: Headers
  body: Json
}

/** The API by plain HTTP. */
export class Api {
  constructor(private readonly url: string) {}

  async call(method: string, path: string, body?: Json, headers: Record<string, string> = {}): Promise<Answer> {
    const init = body === undefined ? {} : { body: body instanceof Buffer ? new Uint8Array(body) : JSON.stringify(body) }
    const response = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...init,
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text }
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path)
  }

  post(path: string, body: Json): Promise<Answer> {
    return this.call('POST', path, body)
  }

  /** A watch, line by line. */
  watch(path: string): Promise<Lines> {
    return this.follow(`${path}${path.includes('?') ? '&' : '?'}watch=true`)
  }

  /** An answer that goes on. */
  async follow(path: string): Promise<Lines> {
    const stop = new AbortController()
    return new Lines(await fetch(this.url + path, { signal: stop.signal }), stop)
  }
}

/** Lines of an answer that goes on. */
export class Lines {
  private buffer = ''
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>

  constructor(
    readonly response: Response,
    private readonly stopper: AbortController,
  ) {
    this.reader = response.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>
  }

  /** The next line as JSON; undefined when the server ended it. @throws when the connection was cut */
  async next(): Promise<Json | undefined> {
    while (!this.buffer.includes('\n')) {
      const { value, done } = await this.reader.read()
      if (done) return undefined
      this.buffer += Buffer.from(value).toString()
    }
    const at = this.buffer.indexOf('\n')
    const line = this.buffer.slice(0, at)
    this.buffer = this.buffer.slice(at + 1)
    return JSON.parse(line)
  }

  close(): void {
    this.stopper.abort()
  }
}

export const configMap = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}): Json => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
  data,
})
