/** The disk. */
export interface Files {
  /** Undefined when there is no such file. @throws Error naming the path for anything else */
  read(path: string): Promise<string | undefined>
  /** Atomic: temporary file beside it, then rename. `mode` e.g. 0o600. */
  write(path: string, text: string, mode?: number): Promise<void>
  /** A private folder that `dispose` removes. */
  temporary(): Promise<{ path: string; dispose(): Promise<void> }>
}

/** What is remembered between runs. Never a secret. */
export interface Preferences {
  get<T>(key: string): T | undefined
  set(key: string, value: unknown): void
  delete(key: string): void
}
