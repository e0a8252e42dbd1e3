import { shellWord } from '../checks/tools.js'

/** A command as one would type it in a shell. */
export const commandLine = (argv: readonly string[]): string => argv.map(shellWord).join(' ')
