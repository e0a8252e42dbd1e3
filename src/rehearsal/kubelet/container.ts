import { timestamp } from '../clock.js'
import type { Control } from '../controllers/context.js'
import type { Json } from '../json.js'
import { markedLine, type Behaviour } from './behaviour.js'
import { firstProbes, isSettled, probe, type ProbeState } from './probes.js'

type Phase = 'waiting' | 'pulling' | 'pull-failed' | 'pull-backoff' | 'starting' | 'running' | 'backoff' | 'done'

/** What a container needs to know of its surroundings in one step. */
export interface ContainerParts {
  control: Control
  pod: Json
  behaviour: Behaviour
  /** Images that the nodes have. */
  images: Set<string>
  /** Why the environment cannot be built. */
  environmentProblem?: string
}

const hex = (length: number) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('')

// https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy: 10 s, doubled up to 5 min
const backOff = (attempt: number) => Math.min(10_000 * 2 ** attempt, 300_000)
const readable = (ms: number) => (ms < 60_000 ? `${ms / 1000}s` : `${Math.floor(ms / 60_000)}m${(ms % 60_000) / 1000}s`)

/** One container of one pod: image, start, probes, end, restart. */
export class ContainerRun {
  private phase: Phase = 'waiting'
  /** When the phase may be left, epoch milliseconds. */
  private at = 0
  private pulls = 0
  private started = 0
  /** When waiting for others was over. */
  private workAt: number | undefined
  private waiting: { reason: string; message?: string } | undefined
  private terminated: Json
  private last: Json
  private id = ''
  private probes: ProbeState = { started: false, ready: false, at: 0, failures: 0 }
  private texts: { at: number; text: string }[] = []
  private previousTexts: string[] = []
  restarts = 0

  constructor(
    readonly spec: Json,
    readonly isInit: boolean,
  ) {}

  /** An init container that stays. */
  get isSidecar(): boolean {
    return this.isInit && this.spec.restartPolicy === 'Always'
  }

  get isRunning(): boolean {
    return this.phase === 'running'
  }

  get exitCode(): number | undefined {
    return this.phase === 'done' ? this.terminated.exitCode : undefined
  }

  /** Whether what comes after an init container may begin. */
  get letsPass(): boolean {
    return this.isSidecar ? this.isRunning && this.probes.started : this.exitCode === 0
  }

  get hasStarted(): boolean {
    return this.started > 0
  }

  /** Log so far. */
  lines(now: number, previous: boolean): string[] {
    return previous ? this.previousTexts : this.texts.filter((line) => line.at <= now).map((line) => line.text)
  }

  /** Moves on as far as it goes now. */
  advance(parts: ContainerParts): void {
    // A step ends when nothing changes any more; the bound only guards against a mistake here.
    for (let turns = 0; turns < 20 && this.turn(parts); turns++);
  }

  private event({ control, pod }: ContainerParts, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const fieldPath = `spec.${this.isInit ? 'initContainers' : 'containers'}{${this.spec.name}}`
    control.event(pod, { type, reason, message, component: 'kubelet', fieldPath })
  }

  private go(phase: Phase, at: number): true {
    this.phase = phase
    this.at = at
    return true
  }

  private turn(parts: ContainerParts): boolean {
    const { control, behaviour, images } = parts
    const { now, delay } = control
    const { image, name } = this.spec
    if (this.phase === 'done') return false
    if (this.phase === 'running') return this.live(parts)
    if (now < this.at) {
      control.wakeAt(this.at)
      return false
    }
    switch (this.phase) {
      case 'waiting':
      case 'pull-backoff':
        if (images.has(image) && this.spec.imagePullPolicy !== 'Always') {
          this.event(parts, 'Normal', 'Pulled', `Container image "${image}" already present on machine`)
          return this.go('starting', now)
        }
        this.event(parts, 'Normal', 'Pulling', `Pulling image "${image}"`)
        return this.go('pulling', now + delay(behaviour.pullMs ?? 1600))
      case 'pulling': {
        const problem = behaviour.pullError?.(image)
        if (problem === undefined) {
          const took = `${(behaviour.pullMs ?? 1600) / 1000}s`
          this.event(
            parts,
            'Normal',
            'Pulled',
            `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: 31415926 bytes.`,
          )
          images.add(image)
          return this.go('starting', now)
        }
        this.event(parts, 'Warning', 'Failed', `Failed to pull image "${image}": ${problem}`)
        this.event(parts, 'Warning', 'Failed', 'Error: ErrImagePull')
        this.waiting = { reason: 'ErrImagePull', message: problem }
        return this.go('pull-failed', now + delay(1500))
      }
      case 'pull-failed': {
        this.event(parts, 'Normal', 'BackOff', `Back-off pulling image "${image}"`)
        this.event(parts, 'Warning', 'Failed', 'Error: ImagePullBackOff')
        this.waiting = {
          reason: 'ImagePullBackOff',
          message: `Back-off pulling image "${image}": ErrImagePull: ${this.waiting?.message}`,
        }
        return this.go('pull-backoff', now + delay(backOff(this.pulls++)))
      }
      default: {
        const problem = behaviour.configError?.(parts.pod, this.spec) ?? parts.environmentProblem
        if (problem !== undefined) {
          this.event(parts, 'Warning', 'Failed', `Error: ${problem}`)
          this.waiting = { reason: 'CreateContainerConfigError', message: problem }
          return this.go('starting', now + delay(10_000))
        }
        this.event(parts, 'Normal', 'Created', `Created container: ${name}`)
        this.event(parts, 'Normal', 'Started', `Started container ${name}`)
        return this.start(parts)
      }
    }
  }

  private start({ control: { now, delay }, behaviour }: ContainerParts): true {
    this.id = `containerd://${hex(64)}`
    this.started = now
    this.workAt = behaviour.waits ? undefined : now
    this.waiting = undefined
    this.probes = firstProbes(this.spec, now, delay)
    this.texts = behaviour.waits ? [{ at: now, text: markedLine(behaviour.waits.text) }] : []
    if (!behaviour.waits) this.write(behaviour, now, delay)
    return this.go('running', now)
  }

  private write({ log = [] }: Behaviour, from: number, delay: (ms: number) => number): void {
    this.texts.push(...log.map(({ after, text }) => ({ at: from + (after > 0 ? delay(after) : 0), text })))
  }

  /** Whether it is meant to end. */
  private endsByItself(pod: Json): boolean {
    return this.isInit ? !this.isSidecar : pod.spec.restartPolicy !== 'Always'
  }

  private live(parts: ContainerParts): boolean {
    const { control, pod, behaviour } = parts
    const { now, delay, wakeAt } = control
    if (this.workAt === undefined) {
      if (!behaviour.waits!.until(pod, control.store)) return false
      this.workAt = now
      this.write(behaviour, now, delay)
    }
    const next = this.texts.find((line) => line.at > now)
    if (next) wakeAt(next.at)
    const { exit } = behaviour
    if (exit || this.endsByItself(pod)) {
      const end = exit ? this.started + delay(exit.after) : this.workAt + delay(behaviour.runMs ?? 1000)
      if (now >= end) return this.end(parts, exit?.code ?? 0, exit?.reason ?? 'Completed')
      wakeAt(end)
    }
    const bootedAt = this.started + delay(behaviour.bootMs ?? 1500)
    const unhealthy = (message: string) => this.event(parts, 'Warning', 'Unhealthy', message)
    const failed = probe(this.probes, { pod, container: this.spec, behaviour, now, delay, bootedAt, unhealthy })
    if (failed) {
      this.event(parts, 'Normal', 'Killing', `Container ${this.spec.name} failed ${failed} probe, will be restarted`)
      return this.end(parts, 137, 'Error')
    }
    if (!isSettled(this.probes, behaviour)) wakeAt(this.probes.at)
    return false
  }

  private end(parts: ContainerParts, exitCode: number, reason: string): true {
    const { pod, control } = parts
    const { now, delay } = control
    const { name } = this.spec
    this.terminated = { exitCode, reason, startedAt: timestamp(this.started), finishedAt: timestamp(now), containerID: this.id }
    Object.assign(this.probes, { ready: false, started: false })
    const policy = this.isSidecar ? 'Always' : pod.spec.restartPolicy
    const restarts =
      policy === 'Always' ? !this.isInit || this.isSidecar || exitCode !== 0 : policy === 'OnFailure' && exitCode !== 0
    if (!restarts) return this.go('done', now)
    this.last = this.terminated
    this.previousTexts = this.lines(now, false)
    this.texts = []
    this.restarts++
    // The first restart is immediate.
    if (this.restarts === 1) return this.go('backoff', now)
    const pause = backOff(this.restarts - 2)
    const where = `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
    this.waiting = {
      reason: 'CrashLoopBackOff',
      message: `back-off ${readable(pause)} restarting failed container=${name} pod=${where}`,
    }
    this.event(parts, 'Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${where}`)
    return this.go('backoff', now + delay(pause))
  }

  /** Its containerStatus. @param isBlocked init containers are not through yet */
  status(isBlocked: boolean): Json {
    const state = this.isRunning
      ? { running: { startedAt: timestamp(this.started) } }
      : this.phase === 'done'
        ? { terminated: this.terminated }
        : { waiting: this.waiting ?? { reason: isBlocked ? 'PodInitializing' : 'ContainerCreating' } }
    const { name, image } = this.spec
    return {
      name,
      state,
      lastState: this.last ? { terminated: this.last } : {},
      ready: this.isInit && !this.isSidecar ? this.exitCode === 0 : this.probes.ready,
      restartCount: this.restarts,
      image,
      imageID: this.hasStarted ? `${image.replace(/@.*$|:[^/:]*$/, '')}@sha256:${'0'.repeat(64)}` : '',
      ...(this.id ? { containerID: this.id } : {}),
      started: this.isRunning && this.probes.started,
    }
  }
}
