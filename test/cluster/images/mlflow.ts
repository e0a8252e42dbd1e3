import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeArchive } from './archive.js'
import { compilePython, debian, pythonVersion } from './debian.js'
import { makeLayer } from './layer.js'
import { emptyFolder } from './places.js'
import { mlflowRef, mlflowVersion } from './refs.js'
import { output, run } from './run.js'
import { mlflowWheels } from './wheels.js'

const fallback = '3.17.2'
const extras = 'extras,db,gateway,genai,auth'
// The public image has the clients of Azure and of Kubernetes (for MLflow Projects) too: 310 MB that no test needs.
const leftOut = /^(azure|azureml|adal|msrest|msrestazure|kubernetes)[_-]/

/** Stand-in for the public image: no USER, no ENTRYPOINT, CMD python3, `mlflow` in /usr/local/bin. */
export function mlflow(): string {
  const base = debian()
  const from = mlflowWheels(mlflowVersion, fallback, extras)
  const root = emptyFolder('mlflow')
  run('cp', ['-a', `${base.root}/.`, root])
  cpSync(from, join(root, 'wheels'), { recursive: true })
  const names = readdirSync(from)
    .filter((name) => name.endsWith('.whl') && !leftOut.test(name))
    .sort()
  const pip = names.find((name) => name.startsWith('pip-'))
  const install = [
    '--no-index',
    '--no-deps',
    '--no-cache-dir',
    '--no-compile',
    '--break-system-packages',
    '--root-user-action=ignore',
  ]
  mkdirSync(join(root, 'layer'))
  run('chroot', [root, 'python3', `/wheels/${pip}/pip`, 'install', '-q', ...install, '--root', '/layer',
    ...names.filter((name) => name !== pip).map((name) => `/wheels/${name}`)]) // prettier-ignore
  const site = `/layer/usr/local/lib/python${pythonVersion}/dist-packages`
  // No server needs them: test suites of packages, C headers.
  const tests = output('find', [join(root, site), '-mindepth', '2', '-type', 'd', '-name', 'tests', '-prune']).split('\n')
  for (const path of [...tests, join(root, site, 'pyarrow/include'), join(root, site, 'numpy/_core/include')]) {
    rmSync(path, { recursive: true, force: true })
  }
  compilePython(root, [site], '/layer')
  const layer = makeLayer(join(root, 'layer'), 'mlflow')
  const archive = writeArchive('mlflow', mlflowRef, [base.layer, layer], {
    Env: ['PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin', 'LANG=C.UTF-8'],
    Cmd: ['python3'],
  })
  rmSync(root, { recursive: true })
  rmSync(layer.file)
  return archive
}
