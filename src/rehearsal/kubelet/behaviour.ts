import type { Json } from '../json.js'
import type { Store } from '../store/store.js'

/** A log line and how long after the start of the work it is written, in milliseconds. */
export interface LogLine {
  after: number
  text: string
}

/** How a container (or the pod around it) behaves. Nothing runs: this is all there is of it. Times in milliseconds. */
export interface Behaviour {
  /** Until the image is there; default 1600. */
  pullMs?: number
  /** The runtime's words when the image cannot be pulled. */
  pullError?(image: string): string
  /** Why the container cannot be created (CreateContainerConfigError). */
  configError?(pod: Json, container: Json): string
  /** Work begins only when `until` says so; the text is logged meanwhile. */
  waits?: { until(pod: Json, store: Store): boolean; text: string }
  /** Until a server answers its probes; default 1500. */
  bootMs?: number
  /** Until a container that is to end has done its work; default 1000. */
  runMs?: number
  /** Ends again and again in this way. */
  exit?: { code: number; after: number; reason: 'Error' | 'OOMKilled' }
  /** What a probe keeps failing with. */
  probeError?: { startup?: string; readiness?: string; liveness?: string }
  /** What all nodes have too little of. */
  insufficient?: 'memory' | 'cpu'
  log?: readonly LogLine[]
}

/** A behaviour for the pods or containers that it names; what is left out matches all. */
export interface ScriptedBehaviour extends Behaviour {
  match: { components?: readonly string[]; containers?: readonly string[] }
}

/** All lines carry this, so that no one takes them for the words of a real program. */
const mark = '[simulated] '

/** Marked lines, one every so many milliseconds. */
export const logLines = (gapMs: number, ...texts: string[]): LogLine[] =>
  texts.map((text, i) => ({ after: i * gapMs, text: mark + text }))

/** A line that is told from a real program's. */
export const markedLine = (text: string): string => mark + text

const label = 'app.kubernetes.io/component'

/** Value of the component label. */
export const componentOf = (o: Json): string => o.metadata.labels?.[label] ?? ''

/** What the scripts say about a container: the first that says something about a thing wins. */
export function behaviourOf(scripts: readonly ScriptedBehaviour[], pod: Json, container: Json): Behaviour {
  const hits = scripts.filter(
    ({ match }) => (match.components?.includes(componentOf(pod)) ?? true) && (match.containers?.includes(container.name) ?? true),
  )
  return Object.assign({}, ...hits.reverse())
}
