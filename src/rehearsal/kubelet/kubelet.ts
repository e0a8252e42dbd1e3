import type { LogSource } from '../api/logs.js'
import type { Clock } from '../clock.js'
import type { Control } from '../controllers/context.js'
import type { Json } from '../json.js'
import { behaviourOf, type ScriptedBehaviour } from './behaviour.js'
import { ContainerRun } from './container.js'
import { podStatus, type PodRun } from './pod-status.js'
import { environmentProblem, mountProblem } from './references.js'
import { schedule } from './scheduler.js'

/** All nodes' kubelets: takes pods from their creation to their end. */
export class Kubelet implements LogSource {
  private readonly pods = new Map<string, PodRun>()
  private readonly images = new Set<string>()
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly clock: Clock,
    /** Strongest first. */
    readonly scripts: readonly ScriptedBehaviour[],
  ) {}

  step(control: Control): void {
    const present = new Set<string>()
    for (const pod of control.store.ofKind('Pod')) {
      present.add(pod.metadata.uid)
      if (pod.spec.nodeName) this.sync(control, pod)
      else if (!pod.metadata.deletionTimestamp) schedule(control, pod, behaviourOf(this.scripts, pod, pod.spec.containers[0]))
    }
    for (const uid of this.pods.keys()) if (!present.has(uid)) this.pods.delete(uid)
    for (const listener of [...this.listeners]) listener()
  }

  lines(podUid: string, container: string, previous: boolean): string[] {
    return this.run(podUid, container)?.lines(this.clock.now(), previous) ?? []
  }

  isOver(podUid: string, container: string): boolean {
    const run = this.run(podUid, container)
    return run === undefined || !run.isRunning
  }

  onActivity(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  private run(podUid: string, container: string): ContainerRun | undefined {
    const pod = this.pods.get(podUid)
    return pod && [...pod.init, ...pod.main].find((c) => c.spec.name === container)
  }

  private sync(control: Control, pod: Json): void {
    const run = this.runOf(control, pod)
    if (pod.metadata.deletionTimestamp) return this.terminate(control, pod, run)
    if (['Succeeded', 'Failed'].includes(pod.status.phase)) return
    if (this.mount(control, pod, run)) {
      for (const c of run.init) {
        this.advance(control, pod, c)
        if (!c.letsPass) break
      }
      if (run.init.every((c) => c.letsPass)) for (const c of run.main) this.advance(control, pod, c)
    }
    control.setStatus(pod, podStatus(pod, run, control.now))
  }

  private advance(control: Control, pod: Json, c: ContainerRun): void {
    const problem = environmentProblem(control.store, pod, c.spec)
    const behaviour = behaviourOf(this.scripts, pod, c.spec)
    c.advance({ control, pod, behaviour, images: this.images, ...(problem ? { environmentProblem: problem } : {}) })
  }

  private runOf({ now, delay }: Control, pod: Json): PodRun {
    let run = this.pods.get(pod.metadata.uid)
    if (!run) {
      const init = (pod.spec.initContainers ?? []).map((c: Json) => new ContainerRun(c, true))
      const main = pod.spec.containers.map((c: Json) => new ContainerRun(c, false))
      run = { startedAt: now, mounted: false, mountAt: now + delay(300), mountTries: 0, init, main }
      this.pods.set(pod.metadata.uid, run)
    }
    return run
  }

  private mount({ store, now, delay, wakeAt, event }: Control, pod: Json, run: PodRun): boolean {
    if (run.mounted) return true
    if (now >= run.mountAt) {
      const problem = mountProblem(store, pod)
      run.mounted = problem === undefined
      if (problem) {
        event(pod, { type: 'Warning', reason: 'FailedMount', message: problem, component: 'kubelet' })
        run.mountAt = now + delay(Math.min(500 * 2 ** run.mountTries++, 122_000))
      }
    }
    if (!run.mounted) wakeAt(run.mountAt)
    return run.mounted
  }

  private terminate({ store, now, delay, wakeAt, event }: Control, pod: Json, run: PodRun): void {
    if (run.killAt === undefined) {
      run.killAt = now + delay(Math.min(1000, pod.metadata.deletionGracePeriodSeconds * 1000))
      for (const { spec, isRunning } of run.main) {
        if (!isRunning) continue
        const fieldPath = `spec.containers{${spec.name}}`
        event(pod, { reason: 'Killing', message: `Stopping container ${spec.name}`, component: 'kubelet', fieldPath })
      }
    }
    if (now < run.killAt) return wakeAt(run.killAt)
    if (!pod.metadata.finalizers?.length) store.remove(pod)
  }
}
