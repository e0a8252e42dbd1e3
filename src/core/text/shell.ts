/** A word as a POSIX shell reads it back unchanged. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** A command as one would type it in a shell. */
export const commandLine = (argv: readonly string[]): string => argv.map(shellWord).join(' ')
