import { rmSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pythonVersion } from './debian.js'
import { keyOf, once, sources } from './places.js'
import { run, works } from './run.js'

/** A Python of the base's version with pip, since wheels are made for the Python that fetches them. */
function python(): string {
  const name = `python${pythonVersion}`
  if (!works(name, ['-m', 'pip', '--version'])) {
    run('bash', [join(sources, '../kube/packages.sh'), `${name}:${name}`, '/usr/share/doc/python3-pip:python3-pip'])
  }
  return works(name, ['-m', 'pip', '--version']) ? name : `/usr/bin/${name}`
}

const quiet = ['-q', '--disable-pip-version-check']

/** A folder with the wheels of requirements and all that they need, fetched once. */
export function wheels(name: string, ...requirements: readonly string[]): string {
  return once(`wheels-${name}`, keyOf(pythonVersion, ...requirements), (into) => {
    run(python(), ['-m', 'pip', 'wheel', ...quiet, '-w', into, ...requirements])
  })
}

/**
 * The wheels of MLflow. Where an index lacks one of the parts that the release pins to its own version (mlflow-skinny,
 * mlflow-tracing), the dependencies of `fallback` are taken: the full package holds all code of those parts itself.
 */
export function mlflowWheels(version: string, fallback: string, extras: string): string {
  return once('wheels-mlflow', keyOf(pythonVersion, version, fallback, extras), (into) => {
    const fetch = (of: string): void =>
      run(python(), ['-m', 'pip', 'wheel', ...quiet, '-w', into, `mlflow[${extras}]==${of}`, 'pip'])
    try {
      fetch(version)
      return
    } catch {
      process.stderr.write(`not every part of mlflow ${version} is served: taking the dependencies of ${fallback}\n`)
    }
    fetch(fallback)
    for (const file of readdirSync(into).filter((f) => f.startsWith('mlflow'))) rmSync(join(into, file))
    run(python(), ['-m', 'pip', 'download', ...quiet, '--no-deps', '-d', into, `mlflow==${version}`])
  })
}
