/** pass: fine. warn: works, with a loss. fail: would not work. skip: does not apply. unknown: could not be found out. */
export type CheckState = 'pass' | 'warn' | 'fail' | 'skip' | 'unknown'

export interface Remedy {
  /** One sentence in the imperative. */
  text: string
  /** A command that can be pasted as it is. */
  command?: string
}

/** One prerequisite's outcome. */
export interface CheckResult {
  /** Stable code, e.g. `storage-class`: scripts match on it, and a failing check's cause carries it. */
  id: string
  /** What is checked, a noun phrase: "default StorageClass". */
  title: string
  state: CheckState
  /** What was seen, with names and numbers; never a secret. */
  evidence: string
  remedy?: Remedy
  /** How long it took, in milliseconds. */
  ms: number
}
