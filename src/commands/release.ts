import type { HealthSpec } from '../core/health/types.js'
import { expectedWorkloads, parseManifest } from '../core/kube/manifest.js'
import { fullnameOf } from '../core/plan/fullname.js'
import type { HelmRelease } from '../core/plan/release.js'
import type { Target } from '../core/plan/types.js'
import { ValuesDocument } from '../core/settings/document.js'
import type { Cluster } from '../ports/cluster.js'
import type { Environment } from './environment.js'
import type { CommonOptions } from './options.js'
import { locate } from './prepare.js'
import { UsageError, usageCause } from './usage-error.js'

/** A release that is there, and what its health is measured against. */
export interface ReleaseAtHand {
  target: Target
  cluster: Cluster
  latest: HelmRelease
  values: Record<string, unknown>
  spec: HealthSpec
}

/** Finds the release that a command is about. @throws UsageError when there is no cluster or no such release */
export async function findRelease(environment: Environment, options: CommonOptions): Promise<ReleaseAtHand> {
  const place = await locate(environment, options)
  if (place.cluster instanceof Error)
    throw new UsageError(place.cluster.message, [
      usageCause('cluster', place.cluster.message, 'Choose another context with --context.'),
    ])
  const { helm, clock } = environment
  const [latest] = await helm.history(place.target)
  if (latest === undefined) {
    const message = `there is no release "${place.target.release}" in ${place.target.context} / ${place.target.namespace}`
    throw new UsageError(message, [
      usageCause('no-release', message, 'Install it with mlflow-setup install, or name another with --release and --namespace.'),
    ])
  }
  const values = ValuesDocument.parse(place.existing ?? '', 'values of the release').toObject()
  const manifest = parseManifest(await helm.manifest(place.target))
  return {
    target: place.target,
    cluster: place.cluster,
    latest,
    values,
    spec: {
      namespace: place.target.namespace,
      release: place.target.release,
      fullname: fullnameOf(place.target.release, values),
      startedAt: clock.now(),
      expected: expectedWorkloads(manifest),
    },
  }
}
