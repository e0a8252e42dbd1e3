/** One revision of a Helm release, as `helm history` tells it. */
export interface HelmRelease {
  name: string
  namespace: string
  revision: number
  /** deployed, failed, pending-install, pending-upgrade, pending-rollback, superseded, uninstalled. */
  status: string
  /** e.g. `mlflow-0.1.0`. */
  chart: string
  appVersion: string
  /** Epoch milliseconds of the last change. */
  updated: number
}

/** Helm holds a lock while a revision is pending; a killed Helm leaves it behind (helm/helm#8987). */
export const isPending = (release: HelmRelease | undefined): boolean => release?.status.startsWith('pending-') ?? false
