import type { ContainerContext, PodContext } from './rule.js'

/** Where the chart's values speak of each component. */
const roots: Record<string, { image: string; resources: string; storage: string }> = {
  server: { image: 'image', resources: 'resources', storage: '' },
  migration: { image: 'image', resources: 'migration.resources', storage: '' },
  'smoke-test': { image: 'image', resources: 'resources', storage: '' },
  postgresql: { image: 'postgresql.image', resources: 'postgresql.resources', storage: 'postgresql.persistence' },
  'object-store': { image: 'objectStore.image', resources: 'objectStore.resources', storage: 'objectStore.persistence' },
  backup: { image: 'backup.image', resources: 'backup.resources', storage: '' },
}

type Concerned = Pick<PodContext, 'component'>

/** Values path of the component's image, e.g. `postgresql.image`. */
export const imageValues = (c: Concerned) => roots[c.component]?.image ?? 'image'

/** Values path of the component's requests and limits. */
export const resourceValues = (c: Concerned) => roots[c.component]?.resources ?? 'resources'

/** Values path of the component's volume; '' when it has none. */
export const storageValues = (c: Concerned) => roots[c.component]?.storage ?? ''

/** Command that shows everything about the pod. */
export const describePod = (c: PodContext) => `kubectl -n ${c.namespace} describe pod ${c.pod.metadata.name}`

/** Command that shows the container's log. */
export const readLog = (c: ContainerContext, previous = false) =>
  `kubectl -n ${c.namespace} logs ${c.pod.metadata.name} -c ${c.name}${previous ? ' --previous' : ''}`

/** How a value that has no flag is changed. */
export const setInFile = (setting: string) => `set ${setting} in the values file, then: mlflow-setup install -f <values file>`
