export type OutputFormat = 'text' | 'json' | 'ndjson'

/** Flags that every command has. */
export interface CommonOptions {
  context?: string
  namespace?: string
  release?: string
  output: OutputFormat
  /** `true`: the plain rehearsal; a string: a scripted fault. */
  rehearse?: string | boolean
  verbose?: boolean
  accessible?: boolean
}

/** Flags of the commands that decide what is installed. The settings' own flags are beside them, by flag name. */
export interface DeployFlags extends CommonOptions {
  preset?: string
  values: string[]
  yes?: boolean
  strict?: boolean
  onFailure: 'keep' | 'rollback' | 'uninstall'
  /** Minutes or a duration (90s, 5m) without progress. */
  timeout: string
  /** Where the values file is written. */
  saveValues?: string
  /** Settings' flags as typed: `host` -> text, toggles -> boolean, repeatable ones -> texts. */
  settings: Record<string, string | boolean | string[]>
}
