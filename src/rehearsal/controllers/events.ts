import { timestamp } from '../clock.js'
import { resourceOfKind } from '../api/resources.js'
import { clone, type Json } from '../json.js'
import type { Store } from '../store/store.js'
import type { EventText } from './context.js'

interface Recorded {
  name: string
  at: number
}

/** Writes Events; a repetition counts up the first one, at most once a (scaled) second. */
export class EventRecorder {
  private readonly known = new Map<string, Recorded>()

  constructor(private readonly store: Store) {}

  record(o: Json, { type = 'Normal', reason, message, component, fieldPath }: EventText, now: number, pauseMs: number): void {
    const r = resourceOfKind('Event')
    const { name, namespace = 'default', uid, resourceVersion } = o.metadata
    const key = [uid, reason, fieldPath, message].join(' ')
    const known = this.known.get(key)
    const old = known && this.store.peek(r, namespace, known.name)
    if (known && old) {
      if (now - known.at < pauseMs) return
      known.at = now
      this.store.update(r, { ...clone(old), count: old.count + 1, lastTimestamp: timestamp(now) })
      return
    }
    const event = `${name}.${Math.floor(Math.random() * 2 ** 48)
      .toString(16)
      .padStart(16, '1')}`
    this.known.set(key, { name: event, at: now })
    this.store.create(r, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: event, namespace },
      involvedObject: {
        kind: o.kind,
        namespace,
        name,
        uid,
        apiVersion: o.apiVersion,
        resourceVersion,
        ...(fieldPath ? { fieldPath } : {}),
      },
      reason,
      message,
      source: { component, ...(component === 'kubelet' ? { host: o.spec?.nodeName } : {}) },
      firstTimestamp: timestamp(now),
      lastTimestamp: timestamp(now),
      count: 1,
      type,
      eventTime: null,
      reportingComponent: component,
      reportingInstance: '',
    })
  }
}
