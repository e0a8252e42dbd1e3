import { applyDefaults } from '../admission/defaults.js'
import { validate } from '../admission/validate.js'
import { trackUpdate } from '../apply/ownership.js'
import { timestamp, type Clock } from '../clock.js'
import { clone, isObject, same, type Json } from '../json.js'
import { check, type Findings } from '../schema/check.js'
import type { Store } from '../store/store.js'
import { forbidden, notFound, StatusError } from './errors.js'
import { groupVersionOf, resourceOfKind, type Resource } from './resources.js'

/** Circumstances of a write. */
export interface WriteOptions {
  /** Field manager. */
  manager: string
  dryRun?: boolean
  /** As in the query: Strict, Warn (default) or Ignore. */
  fieldValidation?: string
  subresource?: string
  /** The managedFields are already right: an apply. */
  keepOwnership?: boolean
  /** Warnings for the client are added here. */
  warnings?: string[]
}

/** What may change or refuse a write after defaulting. @throws StatusError */
export type Admission = (r: Resource, o: Json, old: Json | undefined, options: WriteOptions) => void

/** The one write path of clients and controllers: decode, default, record owners, admit, validate, store. */
export class Writer {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly admit: Admission,
  ) {}

  /** @param old undefined: create. @throws StatusError */
  write(r: Resource, namespace: string | undefined, input: Json, old: Json | undefined, options: WriteOptions): Json {
    const { o, found } = this.decode(r, clone(input), options)
    for (const key of Object.keys(o)) if (o[key] === null) delete o[key]
    const metadata = (o.metadata ??= {})
    // Before admission, so that refusals carry the full name.
    if (!old && !metadata.name && metadata.generateName) metadata.name = metadata.generateName + randomSuffix()
    this.place(r, namespace, o, old)
    if (options.subresource === 'status') return this.writeStatus(r, o, old, options)
    if (old?.status !== undefined) o.status = clone(old.status)
    else if (old && r.status) delete o.status
    applyDefaults(r.kind, o, old)
    // Owners are recorded after defaulting and before admission, as in the real handler chain: what defaulting sets belongs
    // to the writer, what admission sets to nobody.
    if (!options.keepOwnership) this.recordOwner(r, o, old, options)
    this.admit(r, o, old, options)
    validate(
      r,
      o,
      old,
      found.missing.filter((path) => !present(o, path)),
    )
    if (options.dryRun) return { ...o, metadata: { creationTimestamp: timestamp(this.clock.now()), ...o.metadata } }
    return old ? this.store.update(r, o) : this.store.create(r, o)
  }

  /** Structural decoding in the way that fieldValidation asks for. @throws StatusError 400 */
  decode(r: Resource, o: Json, options: WriteOptions): { o: Json; found: Findings } {
    if (!isObject(o)) throw new StatusError('BadRequest', 'the object provided is unrecognized')
    o.apiVersion ??= groupVersionOf(r)
    o.kind ??= r.kind
    if (o.kind !== r.kind || o.apiVersion !== groupVersionOf(r)) {
      throw new StatusError(
        'BadRequest',
        `the API version in the data (${o.apiVersion}) does not match the expected API version (${groupVersionOf(r)})`,
      )
    }
    const found = check(r.model, o)
    const refuse = (why: string) =>
      new StatusError('BadRequest', `${r.kind} in version "${r.version}" cannot be handled as a ${r.kind}: ${why}`)
    if (found.badType[0] !== undefined) throw refuse(found.badType[0])
    const texts = found.unknown.map((path) => `unknown field "${path}"`)
    if (texts.length > 0 && options.fieldValidation === 'Strict') throw refuse(`strict decoding error: ${texts.join(', ')}`)
    if (options.fieldValidation !== 'Ignore') options.warnings?.push(...texts)
    for (const path of found.unknown) drop(o, path)
    return { o, found }
  }

  private place(r: Resource, namespace: string | undefined, o: Json, old: Json | undefined): void {
    const { metadata } = o
    if (!r.namespaced) return void delete metadata.namespace
    if (metadata.namespace && namespace && metadata.namespace !== namespace) {
      throw new StatusError('BadRequest', 'the namespace of the provided object does not match the namespace sent on the request')
    }
    metadata.namespace = namespace
    if (old) return
    const home = this.store.find('Namespace', undefined, namespace ?? '')
    if (!home) throw notFound(resourceOfKind('Namespace'), namespace ?? '')
    if (home.metadata.deletionTimestamp) {
      throw forbidden(
        r,
        metadata.name ?? '',
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      )
    }
  }

  private writeStatus(r: Resource, o: Json, old: Json | undefined, options: WriteOptions): Json {
    return options.dryRun ? { ...old, status: o.status } : this.store.update(r, o, 'status')
  }

  private recordOwner(r: Resource, o: Json, old: Json | undefined, { manager, subresource }: WriteOptions): void {
    const given = o.metadata.managedFields as Json[] | undefined
    // Helm 4 takes over releases of Helm 3 by writing the managedFields itself.
    const isMigration = old && given !== undefined && !same(given, old.metadata.managedFields)
    const base = isMigration ? { ...old, metadata: { ...old.metadata, managedFields: given } } : old
    const view = { ...o, status: old?.status }
    trackUpdate(r.model, base, view, { manager, time: timestamp(this.clock.now()), ...(subresource ? { subresource } : {}) })
  }
}

const keysOf = (path: string) => path.match(/[^.[\]]+/g) ?? []
const present = (o: Json, path: string) => keysOf(path).reduce((inner: Json, key) => inner?.[key], o) !== undefined

function drop(o: Json, path: string): void {
  const keys = keysOf(path)
  const parent = keys.slice(0, -1).reduce((inner: Json, key) => inner?.[key], o)
  if (parent) delete parent[keys.at(-1)!]
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
/** Five characters, as the API server appends them to generateName. */
export const randomSuffix = () => Array.from({ length: 5 }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('')
