import type { Json } from '../json.js'
import { groupVersionOf, resources, type Resource } from './resources.js'

/** Answer of /version; the suffix tells every client that nothing is real. */
export const version = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.4+rehearsal',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.24.0',
  compiler: 'gc',
  platform: 'linux/amd64',
}

/** Served resources by group and version, in the order of the table. */
function byGroupVersion(): Map<string, Resource[]> {
  const found = new Map<string, Resource[]>()
  for (const r of resources) found.set(groupVersionOf(r), [...(found.get(groupVersionOf(r)) ?? []), r])
  return found
}

interface Subresource {
  name: string
  group: string
  version: string
  kind: string
  verbs: string[]
}

function subresourcesOf(r: Resource): Subresource[] {
  const { group, version, kind } = r
  const verbs = ['get', 'patch', 'update']
  return [
    ...(r.status ? [{ name: 'status', group, version, kind, verbs }] : []),
    ...(r.scale ? [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs }] : []),
    ...(kind === 'Pod' ? [{ name: 'log', group, version, kind, verbs: ['get'] }] : []),
  ]
}

const shortNames = (r: Resource) => (r.shortNames.length > 0 ? { shortNames: r.shortNames } : {})

/** Legacy /api/v1 and /apis/<group>/<version>. */
export const resourceList = (groupVersion: string) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: (byGroupVersion().get(groupVersion) ?? []).flatMap((r) => [
    {
      name: r.plural,
      singularName: r.kind.toLowerCase(),
      namespaced: r.namespaced,
      kind: r.kind,
      verbs: r.verbs,
      ...shortNames(r),
    },
    ...subresourcesOf(r).map((s) => ({
      name: `${r.plural}/${s.name}`,
      singularName: '',
      namespaced: r.namespaced,
      kind: s.kind,
      verbs: s.verbs,
    })),
  ]),
})

/** Legacy /apis. */
export const groupList = () => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: [...byGroupVersion().keys()]
    .filter((groupVersion) => groupVersion.includes('/'))
    .map((groupVersion) => {
      const [name, version] = groupVersion.split('/')
      return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } }
    }),
})

/** Aggregated discovery of /api (`core`) or /apis, as both Helms ask for it. */
export const aggregatedDiscovery = (core: boolean) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: [...byGroupVersion()]
    .filter(([groupVersion]) => core !== groupVersion.includes('/'))
    .map(([, list]) => ({
      metadata: { ...(list[0]!.group ? { name: list[0]!.group } : {}), creationTimestamp: null },
      versions: [{ version: list[0]!.version, freshness: 'Current', resources: list.map(describe) }],
    })),
})

const describe = (r: Resource) => ({
  resource: r.plural,
  responseKind: { group: r.group, version: r.version, kind: r.kind },
  scope: r.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: r.kind.toLowerCase(),
  verbs: r.verbs,
  ...shortNames(r),
  subresources: subresourcesOf(r).map(({ name, group, version, kind, verbs }) => ({
    subresource: name,
    responseKind: { group, version, kind },
    verbs,
  })),
})

/** /openapi/v3. @param prefix path prefix of the server: clients follow these addresses as they are */
export const openapiIndex = (prefix: string) => ({
  paths: Object.fromEntries(
    [...byGroupVersion().keys()].map((groupVersion) => {
      const path = `${groupVersion.includes('/') ? 'apis' : 'api'}/${groupVersion}`
      return [path, { serverRelativeURL: `${prefix}/openapi/v3/${path}?hash=rehearsal` }]
    }),
  ),
})

/**
 * One document of /openapi/v3, undefined when the group is not served. Helm only looks up whether the PATCH of a kind knows
 * `fieldValidation`: no schemas are sent.
 */
export function openapiDocument(groupVersion: string): Json | undefined {
  const list = byGroupVersion().get(groupVersion)
  if (!list) return undefined
  const operation = (r: Resource, action: string) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: r.group, version: r.version, kind: r.kind },
    parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
      name,
      in: 'query',
      schema: { type: 'string' },
    })),
    responses: { 200: { description: 'OK' } },
  })
  const root = groupVersion.includes('/') ? 'apis' : 'api'
  const paths = list.map((r) => [
    `/${root}/${groupVersion}${r.namespaced ? '/namespaces/{namespace}' : ''}/${r.plural}/{name}`,
    { patch: operation(r, 'patch') },
  ])
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes (simulated)', version: version.gitVersion },
    paths: Object.fromEntries(paths),
    components: { schemas: {} },
  }
}
