import type { HelmRelease } from '../core/plan/release.js'

export type { HelmRelease }

export interface HelmExit {
  code: number
  /** Last lines of stderr, for evidence. */
  stderr: string
  /** Set when our signal ended it. */
  signal?: string
}

export interface HelmTarget {
  context: string
  namespace: string
  release: string
}

/** There is no Helm program to run. */
export class HelmMissing extends Error {
  constructor(program: string) {
    super(`"${program}" was not found on PATH`)
    this.name = 'HelmMissing'
  }
}

/** The Helm command line, 3.14+ or 4. Arguments are arrays, values travel by file, nothing secret is passed. */
export interface Helm {
  /** e.g. `4.1.4`. @throws HelmMissing */
  version(): Promise<string>
  /** The manifest that an install would apply, hooks left out. @throws Error with Helm's message (schema, validation) */
  template(target: HelmTarget, valuesFile: string): Promise<string>
  /** The exact command line of `apply`, for showing. */
  applyArgv(target: HelmTarget, valuesFile: string): string[]
  /** `helm upgrade --install` without `--wait`. An abort sends SIGTERM and waits up to 30 s, as Helm then marks the release. */
  apply(target: HelmTarget, valuesFile: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<HelmExit>
  /** Newest first; empty when there is no such release. */
  history(target: HelmTarget): Promise<HelmRelease[]>
  /** The user-supplied values of the deployed revision as YAML text. */
  values(target: HelmTarget): Promise<string>
  /** The manifest of the deployed revision, hooks left out. */
  manifest(target: HelmTarget): Promise<string>
  /** `helm test`. */
  test(target: HelmTarget, onLine: (line: string) => void, signal?: AbortSignal): Promise<HelmExit>
  rollback(target: HelmTarget, revision: number): Promise<HelmExit>
  uninstall(target: HelmTarget): Promise<HelmExit>
}
