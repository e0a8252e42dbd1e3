import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../health/types.js'
import { helmYaml } from '../settings/document.js'

/** A workload of a rendered manifest whose pods the release needs. */
export interface ExpectedWorkload {
  kind: 'Deployment' | 'StatefulSet' | 'Job'
  name: string
  component: string
}

/** All objects of a rendered manifest, in its order. */
export function parseManifest(text: string): KubeObject[] {
  return parseAllDocuments(text, { ...helmYaml, uniqueKeys: false })
    .map((d) => d.toJS() as KubeObject | null)
    .filter((o): o is KubeObject => o !== null && typeof o === 'object' && typeof o.kind === 'string')
}

const rollingKinds = new Set(['Deployment', 'StatefulSet', 'Job'])

/** The workloads that must become current before the release is healthy. */
export function expectedWorkloads(objects: readonly KubeObject[]): ExpectedWorkload[] {
  return objects
    .filter((o) => rollingKinds.has(o.kind ?? ''))
    .map((o) => ({
      kind: o.kind as ExpectedWorkload['kind'],
      name: o.metadata.name,
      component: o.metadata.labels?.['app.kubernetes.io/component'] ?? '',
    }))
}

/** A pod as a workload of the manifest would make it. */
export interface PodTemplate {
  /** `Deployment/mlflow`. */
  owner: string
  metadata: { labels?: Record<string, string>; annotations?: Record<string, string> }
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- raw pod spec, passed on as it is
  spec: Record<string, any>
}

/** The pod templates of all workloads, CronJobs included. */
export function podTemplates(objects: readonly KubeObject[]): PodTemplate[] {
  return objects.flatMap((o) => {
    const template =
      o.kind === 'CronJob' ? o.spec?.jobTemplate?.spec?.template : rollingKinds.has(o.kind ?? '') ? o.spec?.template : undefined
    if (!template) return []
    // The controller adds a volume for each claim; an empty one stands in for it.
    const claims = (o.spec?.volumeClaimTemplates ?? []).map((c: KubeObject) => ({ name: c.metadata.name, emptyDir: {} }))
    const spec =
      claims.length === 0 ? template.spec : { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] }
    return [{ owner: `${o.kind}/${o.metadata.name}`, metadata: template.metadata ?? {}, spec }]
  })
}
