import { createAdmission } from './admission/admit.js'
import { ApiFaults } from './api/faults.js'
import { ApiServer, type RequestRecord } from './api/server.js'
import { Writer } from './api/writer.js'
import type { Clock } from './clock.js'
import type { Control } from './controllers/context.js'
import { deployments } from './controllers/deployments.js'
import { EventRecorder } from './controllers/events.js'
import { jobs } from './controllers/jobs.js'
import { garbage, namespaces } from './controllers/lifecycle.js'
import { replicaSets } from './controllers/replica-sets.js'
import { autoscalers, disruptionBudgets } from './controllers/scaling.js'
import { services } from './controllers/services.js'
import { statefulSets } from './controllers/stateful-sets.js'
import { volumes } from './controllers/volumes.js'
import { trackUpdate } from './apply/ownership.js'
import { timestamp } from './clock.js'
import { clone, same, type Json } from './json.js'
import { Kubelet } from './kubelet/kubelet.js'
import { roles } from './kubelet/roles.js'
import { seedObjects } from './seed.js'
import type { Scenario } from './scenarios/scenario.js'
import { Store } from './store/store.js'

/** How a cluster is put together. */
export interface ClusterOptions {
  clock: Clock
  scenario?: Scenario
  /** Path prefix of all addresses, '' or `/something`. */
  prefix?: string
  /** Real milliseconds between bookmarks of a watch; default 60 s, as the real API server. */
  bookmarkEveryMs?: number
  /** How many changes the watch log holds; default 5000. */
  watchLogSize?: number
}

const controllers = [
  namespaces,
  garbage,
  deployments,
  replicaSets,
  statefulSets,
  jobs,
  volumes,
  services,
  disruptionBudgets,
  autoscalers,
]

/** A whole cluster inside the process: store, API, controllers, kubelet. Nothing runs in its containers. */
export class SimulatedCluster {
  readonly store: Store
  readonly faults = new ApiFaults()
  /** What went wrong inside: a mistake of the simulation, never of a client. */
  readonly troubles: string[] = []
  private readonly clock: Clock
  private readonly server: ApiServer
  private readonly writer: Writer
  private readonly kubelet: Kubelet
  private readonly events: EventRecorder
  private readonly memo = new Map<string, Json>()
  private readonly scenario: Scenario
  private isStepping = false
  private isStopped = false
  private isStepAsked = false
  private nextWake = Infinity

  constructor(options: ClusterOptions) {
    const { clock, scenario = { name: '', title: '' }, prefix = '', bookmarkEveryMs = 60_000 } = options
    this.clock = clock
    this.scenario = scenario
    this.store = new Store(clock, options.watchLogSize)
    this.writer = new Writer(
      this.store,
      clock,
      createAdmission(this.store, scenario.refusePod ?? (() => undefined), scenario.namespaceLabels ?? {}),
    )
    this.kubelet = new Kubelet(clock, [...(scenario.pods ?? []), ...roles])
    this.events = new EventRecorder(this.store)
    this.server = new ApiServer({
      store: this.store,
      writer: this.writer,
      clock,
      faults: this.faults,
      logs: this.kubelet,
      prefix,
      bookmarkEveryMs,
      onAccess: (request) => scenario.beforeRequest?.(request, this.store),
    })
    for (const o of seedObjects()) this.create(o)
    this.store.onChange(() => this.askForStep())
    this.step()
  }

  /** Address of the API with the prefix; known once it listens. */
  get url(): string {
    return this.server.url
  }

  /** The last requests, oldest first. */
  get requests(): readonly RequestRecord[] {
    return this.server.requests
  }

  /** Listens on a free port of 127.0.0.1; after `refuse` on the same one. */
  listen(): Promise<void> {
    return this.server.listen()
  }

  /** Refuses connections and cuts the open ones, until `listen`. */
  refuse(): Promise<void> {
    return this.server.refuse()
  }

  /** Cuts all watches and followed logs. */
  dropWatches(): void {
    this.server.dropWatches()
  }

  /** While silent, connections are accepted and watches stay open, but nothing is sent. */
  silence(silent: boolean): void {
    this.server.silence(silent)
  }

  /** Ends all connections; nothing moves any more. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.clock.stop()
    await this.server.refuse()
  }

  /** Creates an object as an administrator would. @throws StatusError */
  create(o: Json): Json {
    return this.writer.write(this.store.resourceOf(o), o.metadata.namespace, o, undefined, {
      manager: 'kube-apiserver',
      fieldValidation: 'Ignore',
    })
  }

  /** Creates an object in a dry run: whether it would be accepted. @throws StatusError */
  tryCreate(o: Json): Json {
    return this.writer.write(this.store.resourceOf(o), o.metadata.namespace, o, undefined, {
      manager: 'kube-apiserver',
      dryRun: true,
    })
  }

  /** A container's log so far. @param previous of its last run */
  readLog(pod: Json, container: string, previous = false): string[] {
    return this.kubelet.lines(pod.metadata.uid, container, previous)
  }

  private askForStep(): void {
    if (this.isStepAsked || this.isStopped) return
    this.isStepAsked = true
    if (!this.isStepping) setImmediate(() => this.step())
  }

  /** Runs everything until nothing changes, then asks the clock for the next wake-up. */
  private step(): void {
    if (this.isStopped) return
    this.isStepping = true
    this.nextWake = Infinity
    let settled = false
    for (let round = 0; round < 50 && !settled; round++) {
      const before = this.store.latest
      const control = this.control()
      for (const controller of controllers) this.guard(() => controller(control))
      this.guard(() => this.kubelet.step(control))
      settled = this.store.latest === before
    }
    this.isStepping = false
    this.isStepAsked = false
    if (this.nextWake < Infinity) this.clock.wake(Math.max(this.nextWake, this.clock.now() + 1), () => this.step())
  }

  /** One controller's trouble must end neither the others nor the process; level-triggered, it tries again next time. */
  private guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      const text = (error as Error).stack ?? String(error)
      if (!this.troubles.includes(text)) this.troubles.push(text)
    }
  }

  private control(): Control {
    const { store, clock, memo, events, writer } = this
    const now = clock.now()
    const fresh = (o: Json) => {
      const found = store.peek(store.resourceOf(o), o.metadata.namespace, o.metadata.name)
      return found?.metadata.uid === o.metadata.uid ? found : undefined
    }
    return {
      store,
      now,
      memo,
      fresh,
      delay: (ms) => clock.delay(ms),
      wakeAt: (at) => (this.nextWake = Math.min(this.nextWake, at)),
      create: (o) =>
        writer.write(store.resourceOf(o), o.metadata.namespace, o, undefined, {
          manager: 'kube-controller-manager',
          fieldValidation: 'Ignore',
        }),
      edit(o, change, { manager, subresource, part } = {}) {
        const current = fresh(o)
        if (!current) return
        const next = clone(current)
        change(next)
        const r = store.resourceOf(o)
        if (manager)
          trackUpdate(r.model, current, next, { manager, time: timestamp(now), ...(subresource ? { subresource } : {}) })
        store.update(r, next, part)
      },
      setStatus(o, status) {
        const current = fresh(o)
        if (current && !same(current.status, status)) store.update(store.resourceOf(o), { ...current, status }, 'status')
      },
      remove(o, propagationPolicy = 'Background') {
        if (fresh(o)) store.delete(store.resourceOf(o), o.metadata.namespace, o.metadata.name, { propagationPolicy })
      },
      event: (o, text) => events.record(o, text, now, clock.delay(1000)),
      provisioningError: () => this.scenario.provisioningError,
    }
  }
}
