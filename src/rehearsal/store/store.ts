import { randomUUID } from 'node:crypto'
import { alreadyExists, conflict, notFound, StatusError } from '../api/errors.js'
import { resourceOfKind, resources, groupVersionOf, type Resource } from '../api/resources.js'
import { timestamp, type Clock } from '../clock.js'
import { clone, same, type Json } from '../json.js'

/** One change, as the watch log keeps it. */
export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  resource: Resource
  /** resourceVersion of the change. */
  version: number
  object: Json
  previous?: Json
}

/** As in the body of a DELETE. */
export interface DeleteOptions {
  propagationPolicy?: string
  gracePeriodSeconds?: number
  preconditions?: { uid?: string; resourceVersion?: string }
}

// Set by the server once; a client's value is ignored.
const serverFields = ['uid', 'creationTimestamp', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generateName']

/** Objects, resource versions, the watch log and the rules of deletion. Knows neither HTTP nor controllers. */
export class Store {
  private version = 1000
  private compactedTo = 0
  private readonly objects = new Map<Resource, Map<string, Json>>()
  private readonly log: StoreEvent[] = []
  private readonly listeners = new Set<(event: StoreEvent) => void>()

  /** @param keep how many changes the watch log holds: older versions are 410 */
  constructor(
    private readonly clock: Clock,
    private readonly keep = 5000,
  ) {}

  /** The newest resourceVersion. */
  get latest(): number {
    return this.version
  }

  private bucket(r: Resource): Map<string, Json> {
    let bucket = this.objects.get(r)
    if (!bucket) this.objects.set(r, (bucket = new Map()))
    return bucket
  }

  /** Undefined when there is none. */
  peek(r: Resource, namespace: string | undefined, name: string): Json | undefined {
    return this.bucket(r).get(keyOf(r.namespaced ? namespace : '', name))
  }

  /** @throws StatusError 404 */
  get(r: Resource, namespace: string | undefined, name: string): Json {
    const found = this.peek(r, namespace, name)
    if (!found) throw notFound(r, name)
    return found
  }

  /** In the order of namespace and name. */
  list(r: Resource, namespace?: string): Json[] {
    return [...this.bucket(r)]
      .filter(([, o]) => !namespace || o.metadata.namespace === namespace)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, o]) => o)
  }

  ofKind(kind: string, namespace?: string): Json[] {
    return this.list(resourceOfKind(kind), namespace)
  }

  find(kind: string, namespace: string | undefined, name: string): Json | undefined {
    return this.peek(resourceOfKind(kind), namespace, name)
  }

  all(): Json[] {
    return [...this.objects.values()].flatMap((bucket) => [...bucket.values()])
  }

  /** @throws Error when the kind is not in the table */
  resourceOf(o: Json): Resource {
    const found = resources.find((r) => r.kind === o.kind && groupVersionOf(r) === o.apiVersion)
    if (!found) throw new Error(`${o.apiVersion} ${o.kind} is not simulated`)
    return found
  }

  /** @throws StatusError 409 */
  create(r: Resource, object: Json): Json {
    const o = clone(object)
    const m = o.metadata
    if (this.peek(r, m.namespace, m.name)) throw alreadyExists(r, m.name)
    for (const field of ['deletionTimestamp', 'resourceVersion', 'selfLink', 'generation']) delete m[field]
    m.uid = randomUUID()
    m.creationTimestamp = timestamp(this.clock.now())
    if (o.spec !== undefined && r.kind !== 'Service') m.generation = 1
    this.put(r, o, 'ADDED')
    return o
  }

  /**
   * Replaces the stored object. `status` writes take only the status, all others everything but the status; `all` is for
   * the cluster's own components.
   * @throws StatusError 404, 409
   */
  update(r: Resource, next: Json, part: 'spec' | 'status' | 'all' = 'spec'): Json {
    const { namespace, name, resourceVersion, uid } = next.metadata
    const old = this.get(r, namespace, name)
    if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw conflict(r, name)
    checkUid(uid, old)
    const o = part === 'status' ? { ...clone(old), status: clone(next.status) } : clone(next)
    if (part === 'spec' && r.status) {
      if (old.status === undefined) delete o.status
      else o.status = clone(old.status)
    }
    for (const field of serverFields) {
      if (old.metadata[field] === undefined) delete o.metadata[field]
      else o.metadata[field] = old.metadata[field]
    }
    o.metadata.resourceVersion = old.metadata.resourceVersion
    // A write that changes nothing keeps the version, as the real store does.
    if (same(o, old)) return old
    if (old.metadata.generation !== undefined && !same(o.spec, old.spec)) o.metadata.generation = old.metadata.generation + 1
    if (o.metadata.deletionTimestamp && !o.metadata.finalizers?.length && r.kind !== 'Pod' && r.kind !== 'Namespace')
      this.remove(o)
    else this.put(r, o, 'MODIFIED', old)
    return o
  }

  /** Begins or completes a deletion. `gone`: it was removed at once. @throws StatusError 404, 409 */
  delete(r: Resource, namespace: string | undefined, name: string, options: DeleteOptions = {}): { object: Json; gone: boolean } {
    const old = this.get(r, namespace, name)
    checkUid(options.preconditions?.uid, old)
    const o = clone(old)
    const m = o.metadata
    const finalizers = new Set<string>(m.finalizers ?? [])
    if (options.propagationPolicy === 'Foreground') finalizers.add('foregroundDeletion')
    if (options.propagationPolicy === 'Orphan') finalizers.add('orphan')
    const isPod = r.kind === 'Pod'
    const grace = isPod ? (options.gracePeriodSeconds ?? o.spec.terminationGracePeriodSeconds ?? 30) : 0
    const isRunning = isPod && grace > 0 && o.spec.nodeName && !['Succeeded', 'Failed'].includes(o.status?.phase)
    if (finalizers.size === 0 && !isRunning && r.kind !== 'Namespace') {
      this.remove(o)
      return { object: o, gone: true }
    }
    if (m.deletionTimestamp) return { object: old, gone: false }
    if (finalizers.size > 0) m.finalizers = [...finalizers]
    m.deletionTimestamp = timestamp(this.clock.now() + grace * 1000)
    m.deletionGracePeriodSeconds = grace
    if (r.kind === 'Namespace') o.status = { phase: 'Terminating' }
    this.put(r, o, 'MODIFIED', old)
    return { object: o, gone: false }
  }

  /** Removes without asking for finalizers. */
  remove(o: Json): void {
    const r = this.resourceOf(o)
    const key = keyOf(o.metadata.namespace, o.metadata.name)
    const previous = this.bucket(r).get(key)
    if (!previous) return
    this.bucket(r).delete(key)
    const object = clone(o)
    object.metadata.resourceVersion = String(++this.version)
    this.emit({ type: 'DELETED', resource: r, version: this.version, object, previous })
  }

  private put(r: Resource, o: Json, type: 'ADDED' | 'MODIFIED', previous?: Json): void {
    o.metadata.resourceVersion = String(++this.version)
    this.bucket(r).set(keyOf(o.metadata.namespace, o.metadata.name), o)
    this.emit({ type, resource: r, version: this.version, object: o, ...(previous ? { previous } : {}) })
  }

  private emit(event: StoreEvent): void {
    this.log.push(event)
    if (this.log.length > this.keep) this.compactedTo = this.log.shift()!.version
    for (const listener of [...this.listeners]) listener(event)
  }

  /** Changes after a version; undefined when that version is compacted (410). */
  since(r: Resource, version: number): StoreEvent[] | undefined {
    return version < this.compactedTo ? undefined : this.log.filter((e) => e.resource === r && e.version > version)
  }

  isCompacted(version: number): boolean {
    return version < this.compactedTo
  }

  /** Forgets the watch log: every version before now is 410. */
  compact(): void {
    // One version more, so that even a client that is up to date has to list again.
    this.compactedTo = ++this.version
    this.log.length = 0
  }

  /** Calls back on each change. Returns how to stop. */
  onChange(listener: (event: StoreEvent) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }
}

const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`

function checkUid(uid: string | undefined, old: Json): void {
  if (uid && uid !== old.metadata.uid) {
    throw new StatusError('Conflict', `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`)
  }
}
