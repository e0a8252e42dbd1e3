import { gzipSync } from 'node:zlib'
import type { ApiRequest } from '../api/request.js'
import { resourceOfKind } from '../api/resources.js'
import type { Json } from '../json.js'
import type { Store } from '../store/store.js'
import type { Scenario } from './scenario.js'

interface Revision {
  number: number
  status: string
  description: string
}

const agoMs = 15 * 60_000

/** A release record as Helm's Secrets driver keeps it: JSON, gzip, base64, and base64 once more for the Secret. */
function recordOf(release: string, namespace: string, { number, status, description }: Revision): Json {
  const time = new Date(Date.now() - agoMs).toISOString()
  const record = {
    name: release,
    namespace,
    version: number,
    info: { first_deployed: time, last_deployed: time, deleted: '', description, status },
    chart: {
      metadata: { name: 'mlflow', version: '0.0.1', appVersion: '3.17.0', apiVersion: 'v2' },
      templates: [],
      values: {},
      files: [],
    },
    // Sizes of its own, so that no preset asks for other volumes: the lock is the only thing in the way.
    config: { postgresql: { persistence: { size: '20Gi' } }, objectStore: { persistence: { size: '50Gi' } } },
    manifest: '',
  }
  const data = gzipSync(JSON.stringify(record)).toString('base64')
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.${release}.v${number}`,
      namespace,
      labels: {
        name: release,
        owner: 'helm',
        status,
        version: String(number),
        modifiedAt: String(Math.floor((Date.now() - agoMs) / 1000)),
      },
    },
    data: { release: Buffer.from(data).toString('base64') },
  }
}

/** Puts the records in the way of the first question for a release, whatever its name and namespace. */
function lockOnFirstQuestion(revisions: readonly Revision[]) {
  const locked = new WeakSet<Store>()
  return ({ resource, verb, namespace, query }: ApiRequest, store: Store): void => {
    const release = /(?:^|,)name=([^,]+)/.exec(query.get('labelSelector') ?? '')?.[1]
    if (resource.kind !== 'Secret' || verb !== 'list' || !namespace || !release || locked.has(store)) return
    locked.add(store)
    if (!store.find('Namespace', undefined, namespace)) {
      store.create(resourceOfKind('Namespace'), {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
        status: { phase: 'Active' },
      })
    }
    for (const revision of revisions) store.create(resource, recordOf(release, namespace, revision))
  }
}

/** Releases that a killed Helm left behind. */
export const lockScenarios: readonly Scenario[] = [
  {
    name: 'helm-locked',
    title: 'an upgrade of the release was killed and left it locked',
    beforeRequest: lockOnFirstQuestion([
      { number: 1, status: 'deployed', description: 'Install complete' },
      { number: 2, status: 'pending-upgrade', description: 'Preparing upgrade' },
    ]),
  },
  {
    name: 'helm-locked-install',
    title: 'the first install of the release was killed and left it locked',
    beforeRequest: lockOnFirstQuestion([{ number: 1, status: 'pending-install', description: 'Initial install underway' }]),
  },
]
