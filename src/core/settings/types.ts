/** One who may call the server: pods with these labels in that namespace. No labels: every pod of the namespace. */
export interface Peer {
  namespace: string
  podLabels?: Record<string, string>
}

export type Scalar = string | number | boolean

/** What an answer can be. Lists are kept as the values file has them. */
export type AnswerValue = Scalar | readonly string[] | readonly Peer[]

/** Answers by setting id. A setting that has no answer is absent. */
export type Answers = Readonly<Record<string, AnswerValue | undefined>>

/** Where an answer came from, weakest first: a later layer wins. */
export const layerOrder = ['chart', 'preset', 'release', 'file', 'env', 'flag', 'you'] as const
export type LayerSource = (typeof layerOrder)[number]

/** The source and its name for a person, e.g. `preset prod`, `-f prod.yaml`, `flag --host`. */
export interface Provenance {
  source: LayerSource
  label: string
}

/** Why a value is refused: what is wrong, and what would be right. */
export interface Problem {
  /** Without the setting's name, lower case, no full stop: "25GB is not a Kubernetes quantity". */
  message: string
  /** A value that would be accepted, when one is near. */
  suggestion?: string
}

export type SectionId =
  | 'cluster'
  | 'preset'
  | 'target'
  | 'database'
  | 'artifacts'
  | 'access'
  | 'tls'
  | 'authentication'
  | 'network'
  | 'backup'
  | 'monitoring'
  | 'size'

export interface Option {
  value: Scalar
  /** Two or three words. */
  label: string
  /** What follows from it, one line. */
  hint?: string
  /** What the values file holds for it, when that is not `value` itself: `embedded` is `postgresql.enabled: true`. */
  stored?: Scalar
}

/** What follows when a setting is given: `--host` alone means that the Ingress is on. */
export interface Implication {
  /** Id of the setting that follows, unless the same layer or a stronger one says otherwise. */
  setting: string
  value: Scalar
  /** Also follows from a values file, as the chart itself does so. Else only from flags and environment. */
  inValues?: boolean
}

export type SettingKind = 'text' | 'integer' | 'toggle' | 'choice' | 'secret' | 'list' | 'peers'

/** A Secret's key that a `secret` setting fills; `app` is `<fullname>-secret`, `backup-store` is `<fullname>-backup-store`. */
export interface SecretTarget {
  secret: 'app' | 'backup' | 'backup-store' | 'tls'
  key: string
}

/**
 * One thing that can be set. It exists only here: prompt, flag, environment name, help, completion, the
 * reference table and the plain-text prompts are derived from it.
 */
export interface Setting {
  /** Stable name, dotted by section: `database.host`. */
  id: string
  section: SectionId
  /** Where it lives in the values file, e.g. `ingress.hosts[0].host`. Absent: it never reaches the values. */
  path?: string
  /** Long flag without dashes: `database-host`. A toggle also gets `--no-<flag>`. */
  flag: string
  kind: SettingKind
  options?: readonly Option[]
  /** A question's noun phrase, as the review screen shows it: "Database host". */
  title: string
  /** One or two sentences: what it does and what to choose. */
  help: string
  /** A shown example for empty text fields. */
  example?: string
  /** Only for `secret`: where it goes instead of the values. */
  target?: SecretTarget
  /** Only for `text`: the answer is a number (with decimals), in the values file too. */
  number?: boolean
  /** Only for `text`: an empty answer takes the value out of the values file (null), as the key cannot be empty. */
  clears?: boolean
  implies?: readonly Implication[]
  /** Whether the setting means anything with these answers. Absent: always. */
  when?(answers: Answers): boolean
  /** Whether an empty answer is impossible (asked only when `when` holds). */
  required?(answers: Answers): boolean
  /** The value used when no layer has one. Most defaults come from the preset's values instead. */
  fallback?(answers: Answers): AnswerValue | undefined
  /** Null: fine. Pure and fast: called on each key. */
  validate?(value: AnswerValue, answers: Answers): Problem | null
}

/** One layer of answers: a values object, and answers that have no place in the values (context, release...). */
export interface Layer extends Provenance {
  values?: Readonly<Record<string, unknown>>
  answers?: Answers
}

/** All layers laid over one another. */
export interface Resolved {
  /** The merged values object, chart defaults left out. */
  values: Readonly<Record<string, unknown>>
  /** Every setting's answer, chart defaults included. Answers of kind `secret` are typed ones only. */
  answers: Answers
  /** By setting id: the strongest layer that has it. */
  provenance: Readonly<Record<string, Provenance>>
}
