import type { SecretSpec, Target } from '../core/plan/types.js'
import type { KubeObject } from '../core/health/types.js'
import { ApiError, type Cluster } from '../ports/cluster.js'

/** Typed secret values by setting id. They live in memory only. */
export type TypedSecrets = Readonly<Record<string, string | undefined>>

export interface SecretPorts {
  cluster: Cluster
  /** A fresh value of this format. */
  generate(format: 'password' | 'fernet'): string
}

const encode = (text: string) => Buffer.from(text, 'utf8').toString('base64')

/** Makes the namespace when there is none. @returns whether it was made */
export async function ensureNamespace(cluster: Cluster, namespace: string): Promise<boolean> {
  try {
    await cluster.get(`/api/v1/namespaces/${namespace}`)
    return false
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    // Forbidden to read says nothing about being there: what follows in the namespace will tell.
    if (error.status === 403) return false
    if (error.status !== 404) throw error
  }
  await cluster.create('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'app.kubernetes.io/managed-by': 'mlflow-setup' } },
  })
  return true
}

/**
 * Makes the Secrets that the values name. What the cluster has stays (a new database password would lock out the
 * old volume); only missing keys are added, and typed credentials of outside systems replace what was there.
 * @returns a sentence for each Secret that was made or changed
 */
export async function ensureSecrets(
  ports: SecretPorts,
  target: Target,
  specs: readonly SecretSpec[],
  typed: TypedSecrets,
): Promise<string[]> {
  const notes: string[] = []
  for (const spec of specs) {
    const path = `/api/v1/namespaces/${target.namespace}/secrets`
    const existing = await find(ports.cluster, `${path}/${spec.name}`)
    const data: Record<string, string> = {}
    for (const key of spec.keys) {
      const has = existing?.data?.[key.key] !== undefined
      const given = key.literal ?? (key.from ? typed[key.from] : undefined)
      if (given !== undefined && given !== '') {
        const differs = has && existing?.data?.[key.key] !== encode(given)
        if (!has || (differs && key.overwrite)) data[key.key] = encode(given)
        // What runs already only changes it through its own interface: a new value here would lock everybody out.
        else if (differs) notes.push(`Secret ${spec.name}: ${key.key} is kept, the given value is not used`)
      } else if (!has && key.generate) data[key.key] = encode(ports.generate(key.generate))
    }
    if (existing === undefined) {
      await ports.cluster.create(path, {
        apiVersion: 'v1',
        kind: 'Secret',
        type: spec.type,
        metadata: {
          name: spec.name,
          labels: {
            'app.kubernetes.io/name': 'mlflow',
            'app.kubernetes.io/managed-by': 'mlflow-setup',
            'mlflow-setup/release': target.release,
          },
        },
        data,
      })
      notes.push(`Secret ${spec.name} made (${Object.keys(data).length} keys)`)
    } else if (Object.keys(data).length > 0) {
      await ports.cluster.patch(`${path}/${spec.name}`, { data })
      notes.push(`Secret ${spec.name}: ${Object.keys(data).join(', ')} added`)
    } else {
      notes.push(`Secret ${spec.name} kept`)
    }
  }
  return notes
}

async function find(cluster: Cluster, path: string): Promise<KubeObject | undefined> {
  try {
    return await cluster.get(path)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}
