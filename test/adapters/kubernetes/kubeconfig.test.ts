import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createKubeconfig } from '../../../src/adapters/kubernetes/kubeconfig.js'
import { ApiError } from '../../../src/ports/cluster.js'
import { ensureTools } from '../../../scripts/lib/setup.mjs'
import { certificate, key } from './tls-fixture.js'

let kubectl: string | undefined
let folder: string
beforeAll(async () => {
  kubectl = (await ensureTools())?.kubectl
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kube config '))
  return () => rm(folder, { recursive: true })
})

interface Part {
  name: string
  server?: string
  cluster?: object
  user?: object
  userName?: string
  clusterName?: string
  namespace?: string
}

/** Writes a kubeconfig (JSON is YAML) and returns its path. */
async function write(file: string, current: string, ...parts: Part[]): Promise<string> {
  const path = join(folder, file)
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current,
    clusters: parts.map((p) => ({
      name: p.clusterName ?? p.name,
      cluster: { server: p.server ?? `https://${p.name}.example.com`, ...p.cluster },
    })),
    users: parts.map((p) => ({ name: p.userName ?? `${p.name}-user`, user: p.user ?? { token: `token-${p.name}` } })),
    contexts: parts.map((p) => ({
      name: p.name,
      context: {
        cluster: p.clusterName ?? p.name,
        user: p.userName ?? `${p.name}-user`,
        ...(p.namespace ? { namespace: p.namespace } : {}),
      },
    })),
  }
  await writeFile(path, JSON.stringify(config))
  return path
}

const open = (files: string[], env: NodeJS.ProcessEnv = {}) =>
  createKubeconfig({ kubectl, env: { PATH: process.env.PATH, HOME: folder, KUBECONFIG: files.join(delimiter), ...env } })

describe('contexts', () => {
  test('of several files the first names the current one, as kubectl has it', async () => {
    const files = [await write('a', 'staging', { name: 'staging', namespace: 'ml' }), await write('b', 'prod', { name: 'prod' })]
    expect(await open(files).contexts()).toEqual([
      { name: 'prod', cluster: 'prod', server: 'https://prod.example.com', user: 'prod-user', current: false },
      {
        name: 'staging',
        cluster: 'staging',
        server: 'https://staging.example.com',
        user: 'staging-user',
        namespace: 'ml',
        current: true,
      },
    ])
    expect((await open(files).connect()).context).toBe('staging')
  })
  test('a repeated cluster or user name: the first one counts, nothing breaks', async () => {
    const shared = { clusterName: 'shared', userName: 'me', server: 'https://shared.example.com' }
    const files = [
      await write('a', 'team-a', { name: 'team-a', ...shared }),
      await write('b', 'team-b', { name: 'team-b', ...shared, server: 'https://other.example.com' }),
    ]
    expect((await open(files).connect('team-b')).server).toBe('https://shared.example.com')
  })
  test('none at all', async () => {
    const none = open([], { KUBECONFIG: '' })
    expect(await none.contexts()).toEqual([])
    await expect(none.connect()).rejects.toThrow(/no kubeconfig: there is no ~\/\.kube\/config and KUBECONFIG is not set/)
  })
  test('an unknown one names the known', async () => {
    const config = open([await write('a', 'x', { name: 'x' }, { name: 'y' })])
    await expect(config.connect('z')).rejects.toThrow('context "z" is not in the kubeconfig. Known contexts: x, y')
  })
  test('no current context names the choice', async () => {
    await expect(open([await write('a', '', { name: 'x' })]).connect()).rejects.toThrow(/no current context.*--context: x/)
  })
  test('a broken file is named', async () => {
    const path = join(folder, 'broken')
    await writeFile(path, 'clusters: [')
    await expect(open([path]).contexts()).rejects.toThrow(path)
  })
  test('without kubectl it says what to do', async () => {
    const config = createKubeconfig({ env: { PATH: folder, KUBECONFIG: 'x' } })
    await expect(config.contexts()).rejects.toThrow(/"kubectl" was not found on PATH. Install kubectl/)
  })
})

describe('credential plugins', () => {
  const missing = {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'no-such-cloud-auth-plugin',
      installHint: 'Install it with the cloud SDK',
      interactiveMode: 'IfAvailable',
    },
  }
  test('one that is not installed: program, user, context, PATH and hint; other contexts stay usable', async () => {
    const config = open([await write('a', 'gke', { name: 'gke', user: missing }, { name: 'plain' })])
    const message = await config.connect().then(String, (e: Error) => e.message)
    for (const part of [
      '"no-such-cloud-auth-plugin" was not found',
      'User "gke-user" of context "gke"',
      `PATH of this process: ${process.env.PATH}`,
      'Install it with the cloud SDK',
      'absolute path',
    ])
      expect(message).toContain(part)
    expect((await config.connect('plain')).context).toBe('plain')
  })
})

describe('over TLS', () => {
  const seen: { path: string; authorization: string | undefined }[] = []
  let accept = /./
  const server = https.createServer({ cert: certificate, key }, (request, response) => {
    seen.push({ path: request.url ?? '', authorization: request.headers.authorization })
    const ok = accept.test(request.headers.authorization ?? '')
    response
      .writeHead(ok ? 200 : 401, { 'content-type': 'application/json' })
      .end(
        JSON.stringify(ok ? { kind: 'Status' } : { kind: 'Status', code: 401, reason: 'Unauthorized', message: 'Unauthorized' }),
      )
  })
  let address: string
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  beforeEach(() => {
    seen.length = 0
    accept = /./
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const ca = Buffer.from(certificate).toString('base64')
  const trusted = { 'certificate-authority-data': ca, 'tls-server-name': 'kube.test.example' }

  test('private authority, server name and token', async () => {
    const cluster = await open([await write('a', 'x', { name: 'x', server: address, cluster: trusted })]).connect()
    await cluster.get('/api/v1/pods', { limit: '1' })
    expect(seen).toEqual([{ path: '/api/v1/pods?limit=1', authorization: 'Bearer token-x' }])
  })
  test('an authority in wrapped lines', async () => {
    const path = await write('a', 'x', {
      name: 'x',
      server: address,
      cluster: { ...trusted, 'certificate-authority-data': ca.replace(/(.{60})/g, '$1\n') },
    })
    await (await open([path]).connect()).get('/version')
    expect(seen).toHaveLength(1)
  })
  test('a certificate for another name is refused and says what to set', async () => {
    const cluster = await open([
      await write('a', 'x', { name: 'x', server: address, cluster: { 'certificate-authority-data': ca } }),
    ]).connect()
    const error = await cluster.get('/version').catch((e: ApiError) => e)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({
      status: 0,
      reason: 'ERR_TLS_CERT_ALTNAME_INVALID',
      message: expect.stringContaining('tls-server-name'),
    })
    expect(seen).toEqual([])
  })
  test('an unknown authority is refused', async () => {
    const cluster = await open([
      await write('a', 'x', { name: 'x', server: address, cluster: { 'tls-server-name': 'kube.test.example' } }),
    ]).connect()
    await expect(cluster.get('/version')).rejects.toMatchObject({ status: 0, reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })
  test('name and password', async () => {
    const cluster = await open([
      await write('a', 'x', { name: 'x', server: address, cluster: trusted, user: { username: 'me', password: 'pw:1' } }),
    ]).connect()
    await cluster.get('/version')
    expect(seen[0]?.authorization).toBe(`Basic ${Buffer.from('me:pw:1').toString('base64')}`)
  })
  test('a token in a file', async () => {
    await writeFile(join(folder, 'token'), 'from-file\n')
    const cluster = await open([
      await write('a', 'x', { name: 'x', server: address, cluster: trusted, user: { tokenFile: join(folder, 'token') } }),
    ]).connect()
    await cluster.get('/version')
    expect(seen[0]?.authorization).toBe('Bearer from-file')
  })

  test('through a proxy: of the kubeconfig, else of the environment; the tunnel ends at the API', async () => {
    const tunnels: string[] = []
    const proxy = http.createServer()
    proxy.on('connect', (request, socket, head) => {
      tunnels.push(request.url ?? '')
      const upstream = net.connect(Number(new URL(address).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        upstream.write(head)
        upstream.pipe(socket).pipe(upstream)
      })
      socket.on('error', () => upstream.destroy())
      upstream.on('error', () => socket.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
      const named = { name: 'x', server: 'https://kube.test.example:6443', cluster: { 'certificate-authority-data': ca } }
      await (
        await open([await write('a', 'x', { ...named, cluster: { ...named.cluster, 'proxy-url': url } })]).connect()
      ).get('/version')
      await (await open([await write('b', 'x', named)], { HTTPS_PROXY: url }).connect()).get('/version')
      expect(tunnels).toEqual(['kube.test.example:6443', 'kube.test.example:6443'])
      expect(seen.map((s) => s.authorization)).toEqual(['Bearer token-x', 'Bearer token-x'])
    } finally {
      proxy.closeAllConnections()
      proxy.close()
    }
  })

  describe('with a plugin', () => {
    /** A plugin that counts its runs and gives a new token each time. */
    async function plugin(script: string): Promise<string> {
      const path = join(folder, 'bin dir', 'plugin')
      await mkdir(dirname(path), { recursive: true })
      await writeFile(
        path,
        `#!/bin/sh\necho run >> "${join(folder, 'runs')}"\nprintf %s "$KUBERNETES_EXEC_INFO" > "${join(folder, 'info')}"\nN=$(wc -l < "${join(folder, 'runs')}" | tr -d ' ')\n${script}\n`,
      )
      await chmod(path, 0o755)
      return path
    }
    const printToken = `printf '{"kind":"ExecCredential","status":{"token":"t%s"}}' "$N"`
    const runs = async () => (await readFile(join(folder, 'runs'), 'utf8')).trim().split('\n').length
    const connect = async (script: string) => {
      const user = {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: await plugin(script),
          interactiveMode: 'Never',
          provideClusterInfo: true,
        },
      }
      return open([await write('a', 'x', { name: 'x', server: address, cluster: trusted, user })]).connect()
    }

    test('runs once for parallel and later calls, and is told the cluster', async () => {
      const cluster = await connect(printToken)
      await Promise.all([1, 2, 3, 4, 5].map(() => cluster.get('/version')))
      await cluster.get('/version')
      expect(await runs()).toBe(1)
      expect(new Set(seen.map((s) => s.authorization))).toEqual(new Set(['Bearer t1']))
      expect(JSON.parse(await readFile(join(folder, 'info'), 'utf8'))).toMatchObject({
        kind: 'ExecCredential',
        spec: { interactive: false, cluster: { server: address, 'tls-server-name': 'kube.test.example' } },
      })
    })
    test('runs again after a 401, once for all', async () => {
      const cluster = await connect(printToken)
      await cluster.get('/version')
      accept = /t2/
      await Promise.all([1, 2, 3].map(() => cluster.get('/version')))
      expect(await runs()).toBe(2)
    })
    test('a refusal that stays is told', async () => {
      accept = /never/
      await expect((await connect(printToken)).get('/version')).rejects.toMatchObject({ status: 401, reason: 'Unauthorized' })
      expect(await runs()).toBe(2)
    })
    test('its last words are in the error, its output is not', async () => {
      const cluster = await connect('echo "session expired, log in" >&2\necho secret-on-stdout\nexit 3')
      const error = (await cluster.get('/version').catch((e: ApiError) => e)) as ApiError
      expect(error).toMatchObject({ status: 0, reason: 'CredentialPlugin' })
      expect(error.message).toContain('failed with exit code 3: session expired, log in')
      expect(error.message).not.toContain('secret-on-stdout')
      const nonsense = (await (await connect('echo secret-on-stdout')).get('/version').catch((e: ApiError) => e)) as ApiError
      expect(nonsense.message).toMatch(/did not print an ExecCredential$/)
    })
  })
})
