import type { Permission } from '../core/checks/permissions.js'
import type { KubeObject } from '../core/health/types.js'
import type { Plan } from '../core/plan/types.js'
import type { Clock } from '../ports/clock.js'
import { ApiError, type Cluster } from '../ports/cluster.js'

/** What the checks ask the API, each thing once. */
export class Questions {
  private readonly memo = new Map<string, Promise<unknown>>()

  constructor(
    private readonly cluster: Cluster,
    private readonly ns: string,
  ) {}

  private once<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (!this.memo.has(key)) this.memo.set(key, work())
    return this.memo.get(key) as Promise<T>
  }

  async version(clock: Clock): Promise<{ gitVersion: string; ms: number }> {
    const start = clock.now()
    const { gitVersion } = await this.cluster.get<{ gitVersion: string }>('/version')
    return { gitVersion, ms: clock.now() - start }
  }

  /** Null when there is none. */
  namespace(): Promise<KubeObject | null> {
    return this.once('namespace', async () => {
      try {
        return await this.cluster.get(`/api/v1/namespaces/${this.ns}`)
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null
        throw error
      }
    })
  }

  list(path: string, query: Record<string, string> = { limit: '200' }): Promise<KubeObject[]> {
    return this.once(
      path + JSON.stringify(query),
      async () => (await this.cluster.get<{ items: KubeObject[] }>(path, query)).items,
    )
  }

  async leftovers(plan: Plan): Promise<{ claims: string[]; hasSecret: boolean }> {
    const selector = { labelSelector: `app.kubernetes.io/instance=${plan.target.release}`, limit: '50' }
    try {
      const claims = (await this.list(`/api/v1/namespaces/${this.ns}/persistentvolumeclaims`, selector)).map(
        (c) => c.metadata.name,
      )
      const secrets = await Promise.all(
        plan.secrets
          .filter((s) => s.name.endsWith('-secret'))
          .map((s) => this.exists(`/api/v1/namespaces/${this.ns}/secrets/${s.name}`)),
      )
      return { claims, hasSecret: secrets.every(Boolean) }
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return { claims: [], hasSecret: false }
      throw error
    }
  }

  private async exists(path: string): Promise<boolean> {
    try {
      await this.cluster.get(path)
      return true
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false
      throw error
    }
  }

  /** Undefined: the authorizer did not answer. */
  async may(permission: Permission): Promise<boolean | undefined> {
    const [resource, subresource] = permission.resource.split('/')
    const resourceAttributes = {
      verb: permission.verb,
      group: permission.group,
      resource,
      ...(subresource ? { subresource } : {}),
      ...(permission.namespace ? { namespace: permission.namespace } : {}),
    }
    try {
      const review = await this.cluster.create<{ status?: { allowed?: boolean } }>(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes },
        },
      )
      return review.status?.allowed
    } catch {
      return undefined
    }
  }

  async serves(group: string): Promise<boolean | undefined> {
    try {
      const { groups } = await this.cluster.get<{ groups: { name: string }[] }>('/apis')
      return groups.some((g) => g.name === group)
    } catch {
      return undefined
    }
  }

  /** Why the API server would refuse this pod; undefined when it would not. */
  async refusal(pod: object): Promise<{ status: number; message: string } | undefined> {
    try {
      await this.cluster.create(`/api/v1/namespaces/${this.ns}/pods`, pod, { dryRun: 'All' })
      return undefined
    } catch (error) {
      return error instanceof ApiError
        ? { status: error.status, message: error.message }
        : { status: 0, message: (error as Error).message }
    }
  }
}
