import type { PodRefusal } from '../admission/admit.js'
import type { ApiRequest } from '../api/request.js'
import type { ScriptedBehaviour } from '../kubelet/behaviour.js'
import type { Store } from '../store/store.js'

/** A scripted course of a rehearsal. What is left out goes well. */
export interface Scenario {
  /** As in `--rehearse=NAME`. */
  name: string
  /** One line for help texts. */
  title: string
  pods?: readonly ScriptedBehaviour[]
  /** Why volumes cannot be provisioned. */
  provisioningError?: string
  refusePod?: PodRefusal
  namespaceLabels?: Record<string, string>
  /** Sees each request before it is served; may change what the cluster holds. */
  beforeRequest?(request: ApiRequest, store: Store): void
}
