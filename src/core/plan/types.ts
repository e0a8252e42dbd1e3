import type { Answers, Provenance } from '../settings/types.js'

/** How a generated secret value looks. `fernet`: url-safe base64 of 32 bytes (MLflow's webhook encryption key). */
export type SecretFormat = 'password' | 'fernet'

/** One key of a Secret that must exist before Helm runs. */
export interface SecretKey {
  key: string
  /** Generate in this format when neither the cluster nor the person has a value. */
  generate?: SecretFormat
  /** Id of the `secret` setting whose typed value goes here. */
  from?: string
  /** A value that is no secret (a user name). */
  literal?: string
  /** Typed or literal values win over what the cluster has (external credentials do, generated ones never). */
  overwrite?: boolean
}

/** A Secret that the installer makes; existing keys are kept, missing ones added. */
export interface SecretSpec {
  name: string
  type: 'Opaque' | 'kubernetes.io/tls'
  keys: SecretKey[]
}

/** Where a release lives. */
export interface Target {
  /** kubeconfig context. */
  context: string
  namespace: string
  release: string
}

/** One line of a difference between two values documents. */
export interface ValuesChange {
  kind: 'added' | 'removed' | 'changed'
  path: string
  before?: unknown
  after?: unknown
}

/** A change of a volume that is there; none of them can be patched, `grow` can be done by expanding the claim. */
export interface StorageChange {
  component: 'postgresql' | 'object-store'
  kind: 'grow' | 'shrink' | 'class'
  path: string
  before: string
  after: string
}

/** Everything that an install or upgrade will do, before it does it. */
export interface Plan {
  target: Target
  mode: 'install' | 'upgrade'
  /** Object name prefix that the chart uses for this release. */
  fullname: string
  answers: Answers
  provenance: Readonly<Record<string, Provenance>>
  /** The text of the values file that Helm gets. */
  valuesText: string
  valuesFile: string
  /** Against the existing release's values, or the preset's for a new one. */
  changes: ValuesChange[]
  /** Changes of existing volumes, in an upgrade; absent: none. */
  storage?: StorageChange[]
  secrets: SecretSpec[]
  /** What a person should know first: single points of failure and the like. */
  warnings: string[]
}

/** The chart that comes with this program, read once. */
export interface ChartFiles {
  /** Folder that Helm gets. */
  path: string
  version: string
  appVersion: string
  /** values.yaml as an object. */
  defaults: Readonly<Record<string, unknown>>
  /** values.schema.json as an object. */
  schema: Readonly<Record<string, unknown>>
  /** Text of presets/<name>.yaml by name. */
  presets: Readonly<Record<string, string>>
}
