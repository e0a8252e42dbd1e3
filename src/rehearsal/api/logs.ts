import type { ServerResponse } from 'node:http'
import type { Json } from '../json.js'
import { StatusError } from './errors.js'

/** Where container logs come from. */
export interface LogSource {
  /** Lines so far. */
  lines(podUid: string, container: string, previous: boolean): string[]
  /** Whether the container's current run is over, or its pod is gone. */
  isOver(podUid: string, container: string): boolean
  /** Calls back whenever something may have been written. Returns how to stop. */
  onActivity(listener: () => void): () => void
}

const pullReasons = ['ErrImagePull', 'ImagePullBackOff']

/** Answers GET pods/NAME/log with container, previous, tailLines and follow. @throws StatusError 400 */
export function sendLog(source: LogSource, pod: Json, query: URLSearchParams, response: ServerResponse): void {
  const { name, uid } = pod.metadata
  const bad = (message: string) => new StatusError('BadRequest', message)
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((c: Json) => c.name as string)
  const container = query.get('container') || (pod.spec.containers.length === 1 ? pod.spec.containers[0].name : undefined)
  if (!container) throw bad(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`)
  if (!all.includes(container)) throw bad(`container ${container} is not valid for pod ${name}`)
  const statuses = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])]
  const status = statuses.find((s: Json) => s.name === container)
  const previous = query.get('previous') === 'true'
  if (previous && !status?.lastState?.terminated)
    throw bad(`previous terminated container "${container}" in pod "${name}" not found`)
  if (!status || (status.state.waiting && !status.lastState?.terminated)) {
    const reason: string = status?.state.waiting?.reason ?? 'ContainerCreating'
    throw bad(
      `container "${container}" in pod "${name}" is waiting to start: ${pullReasons.includes(reason) ? 'trying and failing to pull image' : reason}`,
    )
  }
  // Between two runs the log of the last one is still there.
  const isBetween = status.state.waiting !== undefined
  const read = () => source.lines(uid, container, previous || isBetween)
  const now = read()
  response.writeHead(200, { 'Content-Type': 'text/plain' })
  const tail = query.has('tailLines') ? now.slice(-Number(query.get('tailLines'))) : now
  for (const text of tail) response.write(`${text}\n`)
  if (query.get('follow') !== 'true' || source.isOver(uid, container)) return void response.end()
  response.flushHeaders()
  let seen = now.length
  const stop = source.onActivity(() => {
    const lines = read()
    for (; seen < lines.length; seen++) response.write(`${lines[seen]}\n`)
    if (source.isOver(uid, container)) response.end()
  })
  response.on('close', stop)
}
