import Conf from 'conf'
import type { Preferences } from '../../ports/files.js'

/**
 * What is remembered between runs, in the user's configuration folder (0600). A file that cannot be read or
 * written costs the memory, never the run.
 * @param folder instead of the usual one (`MLFLOW_SETUP_CONFIG_DIR`)
 */
export function createPreferences(folder?: string): Preferences {
  let conf: Conf<Record<string, unknown>> | undefined
  try {
    conf = new Conf({
      projectName: 'mlflow-setup',
      projectSuffix: '',
      configFileMode: 0o600,
      clearInvalidConfig: true,
      ...(folder ? { cwd: folder } : {}),
    })
  } catch {
    conf = undefined
  }
  const quietly = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch {
      return undefined
    }
  }
  return {
    get: <T>(key: string) => quietly(() => conf?.get(key) as T | undefined),
    set: (key, value) => void quietly(() => conf?.set(key, value)),
    delete: (key) => void quietly(() => conf?.delete(key)),
  }
}
