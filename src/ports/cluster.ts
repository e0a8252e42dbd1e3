import type { WatchEvent } from '../core/events.js'
import type { KubeObject, WatchedKind } from '../core/health/types.js'

/** The API refused or could not be reached. `status` 0: no HTTP answer (network, TLS, credentials plugin). */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** Kubernetes' machine word: NotFound, AlreadyExists, Forbidden, Conflict, Invalid... or a network code such as ECONNREFUSED. */
    readonly reason: string,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

export interface WatchRequest {
  namespace: string
  /** e.g. `app.kubernetes.io/instance=mlflow`; applies to all kinds but Event. */
  labelSelector: string
  kinds: readonly WatchedKind[]
}

export interface LogRequest {
  namespace: string
  pod: string
  container?: string
  /** Of the container's previous run. */
  previous?: boolean
  tailLines?: number
}

/** The Kubernetes API of one context. Raw JSON both ways: list and watch give the same shapes. */
export interface Cluster {
  readonly context: string
  readonly server: string
  /** @throws ApiError */
  get<T = KubeObject>(path: string, query?: Record<string, string>): Promise<T>
  /** POST. @throws ApiError */
  create<T = KubeObject>(path: string, body: object, query?: Record<string, string>): Promise<T>
  /** JSON merge patch. @throws ApiError */
  patch<T = KubeObject>(path: string, body: object, query?: Record<string, string>): Promise<T>
  /** @throws ApiError */
  delete(path: string, query?: Record<string, string>): Promise<void>
  /** Lists, then watches, each kind; ends when the signal aborts. Survives what the network does; says so by `stale`. */
  watch(request: WatchRequest, signal: AbortSignal): AsyncIterable<WatchEvent>
  /** Last lines of a container's log. @throws ApiError */
  logs(request: LogRequest): Promise<string[]>
  /** Lines as they come, until the container ends or the signal aborts. @throws ApiError */
  followLogs(request: LogRequest, signal: AbortSignal): AsyncIterable<string>
}

/** One context of the kubeconfig, before it is contacted. */
export interface ContextInfo {
  name: string
  cluster: string
  server: string
  user: string
  namespace?: string
  current: boolean
}

/** What can be connected to. */
export interface Kubeconfig {
  /** Empty when there is no kubeconfig. @throws Error that names the broken file */
  contexts(): Promise<ContextInfo[]>
  /** @throws Error naming the known contexts when there is no such one */
  connect(context?: string): Promise<Cluster>
}
