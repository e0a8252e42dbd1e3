import { execa, ExecaError } from 'execa'

/** The kubectl program: `MLFLOW_SETUP_KUBECTL`, or `kubectl` on PATH. */
export const kubectlProgram = (env: NodeJS.ProcessEnv): string => env.MLFLOW_SETUP_KUBECTL || 'kubectl'

/** kubectl's own version, e.g. `v1.35.2`. @throws Error with a remedy when kubectl is missing */
export async function kubectlVersion(program: string): Promise<string> {
  try {
    const { stdout } = await execa(program, ['version', '--client', '--output', 'json'], { stdin: 'ignore' })
    return (JSON.parse(stdout) as { clientVersion: { gitVersion: string } }).clientVersion.gitVersion
  } catch (error) {
    if (error instanceof ExecaError && error.code === 'ENOENT')
      throw new Error(`"${program}" was not found on PATH`, { cause: error })
    throw error
  }
}
