import { describe, expect, test } from 'vitest'
import { everything, existing, external, names, pick, preset, refusal, render, type Manifest } from './render.js'

const policy = async (values: object, name = 'mlflow') => pick(await render(values), 'NetworkPolicy', name).spec
const component = (name: string) => ({
  podSelector: {
    matchLabels: {
      'app.kubernetes.io/name': 'mlflow',
      'app.kubernetes.io/instance': 'mlflow',
      'app.kubernetes.io/component': name,
    },
  },
})
const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } })

const among = (...values: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }] },
})

test('there is none unless asked for', async () => {
  expect(names(await render(existing), 'NetworkPolicy')).toEqual([])
})

test('each component has one that denies both directions', async () => {
  const rendered = await render(everything)
  expect(names(rendered, 'NetworkPolicy')).toEqual([
    'mlflow',
    'mlflow-backup',
    'mlflow-migrate',
    'mlflow-objects',
    'mlflow-postgresql',
    'mlflow-smoke-test',
  ])
  for (const o of rendered.objects.filter((o) => o.kind === 'NetworkPolicy')) {
    expect(o.spec.policyTypes).toEqual(['Ingress', 'Egress'])
    expect(o.spec).toHaveProperty('ingress')
    expect(o.spec).toHaveProperty('egress')
    // A rule without peers or without ports lets everything through.
    for (const rule of o.spec.ingress) expect([rule.from?.length > 0, rule.ports?.length > 0]).toEqual([true, true])
    for (const rule of o.spec.egress) expect(rule.to?.length).toBeGreaterThan(0)
    for (const peer of [...o.spec.ingress.flatMap((r: Manifest) => r.from), ...o.spec.egress.flatMap((r: Manifest) => r.to)])
      expect(Object.keys(peer.namespaceSelector ?? { some: 1 })).not.toEqual([])
  }
})

test('the server lets in the named ones only', async () => {
  const [http, metrics, ...rest] = (await policy(everything)).ingress
  expect(http).toEqual({
    from: [
      component('smoke-test'),
      component('migration'),
      among('ingress-nginx'),
      { ...namespace('threads-agent'), podSelector: { matchLabels: { app: 'orchestrator' } } },
      namespace('notebooks'),
    ],
    ports: [{ protocol: 'TCP', port: 5000 }],
  })
  expect(metrics).toEqual({ from: [namespace('monitoring')], ports: [{ protocol: 'TCP', port: 9000 }] })
  expect(rest).toEqual([])
  const bare = (await policy({ ...existing, networkPolicy: { enabled: true } })).ingress
  expect(bare).toEqual([{ from: [component('smoke-test'), component('migration')], ports: [{ protocol: 'TCP', port: 5000 }] }])
})

test('an Ingress without a named controller is reached from where controllers usually are', async () => {
  const values = { ...existing, networkPolicy: { enabled: true }, ingress: { hosts: [{ host: 'a.example.com' }] } }
  const peers = (await policy(values)).ingress[0].from
  const namespaces = peers.at(-1).namespaceSelector.matchExpressions[0].values
  for (const usual of ['kube-system', 'traefik', 'ingress-nginx']) expect(namespaces).toContain(usual)
})

test('everybody who looks up names reaches DNS by both protocols, the node-local cache included', async () => {
  const ports = [53, 5353].flatMap((port) => [
    { protocol: 'UDP', port },
    { protocol: 'TCP', port },
  ])
  for (const name of ['mlflow', 'mlflow-migrate', 'mlflow-backup', 'mlflow-smoke-test']) {
    const [dns] = (await policy(everything, name)).egress
    expect(dns.ports).toEqual(ports)
    expect(dns.to).toContainEqual({ ipBlock: { cidr: '169.254.20.10/32' } })
    expect(dns.to[0].namespaceSelector.matchExpressions[0].values).toContain('kube-system')
  }
})

test('stores take only who needs them, and call nobody', async () => {
  const database = await policy(everything, 'mlflow-postgresql')
  expect(database.ingress).toEqual([
    { from: ['server', 'migration', 'backup'].map(component), ports: [{ protocol: 'TCP', port: 5432 }] },
  ])
  expect(database.egress).toEqual([])
  const objects = await policy(everything, 'mlflow-objects')
  expect(objects.ingress).toEqual([{ from: ['server', 'backup'].map(component), ports: [{ protocol: 'TCP', port: 8333 }] }])
  expect(objects.egress).toEqual([])
})

test('with embedded stores nothing outside of the cluster is open', async () => {
  for (const name of ['mlflow', 'mlflow-migrate', 'mlflow-backup']) {
    const text = JSON.stringify(await policy(everything, name))
    expect(text).not.toMatch(/0\.0\.0\.0|::\/0/)
  }
})

describe('external stores', () => {
  const values = { ...everything, ...external, backup: everything.backup }
  const wide = (rules: Manifest[]) => rules.filter((r) => r.to.some((p: Manifest) => p.ipBlock?.cidr === '0.0.0.0/0'))

  test('open only their ports, and never the metadata service', async () => {
    const rules = wide((await policy(values)).egress)
    expect(rules.map((r) => r.ports[0].port).sort()).toEqual([5432, 9443])
    for (const rule of rules) {
      expect(rule.to.find((p: Manifest) => p.ipBlock.cidr === '0.0.0.0/0').ipBlock.except).toEqual(['169.254.169.254/32'])
      expect(rule.to.find((p: Manifest) => p.ipBlock.cidr === '::/0').ipBlock.except).toEqual(['fd00:ec2::254/128'])
    }
    expect(wide((await policy(values, 'mlflow-migrate')).egress).map((r) => r.ports[0].port)).toEqual([5432])
    expect(
      wide((await policy(values, 'mlflow-backup')).egress)
        .map((r) => r.ports[0].port)
        .sort(),
    ).toEqual([5432, 9443])
  })

  test('are closed but for the named ranges', async () => {
    const named = { ...values, networkPolicy: { ...everything.networkPolicy, externalEgressCIDRs: ['10.20.0.0/16'] } }
    const { egress } = await policy(named)
    expect(wide(egress)).toEqual([])
    expect(egress).toContainEqual({ to: [{ ipBlock: { cidr: '10.20.0.0/16' } }], ports: [{ protocol: 'TCP', port: 5432 }] })
  })

  test('may be Services of another namespace', async () => {
    const rules = (await policy({ ...values, backendStore: { host: 'pooler.databases.svc.cluster.local' } })).egress
    expect(rules).toContainEqual({ to: [namespace('databases')] })
    expect(wide(rules).map((r) => r.ports[0].port)).toEqual([9443])
  })

  test('may be in this namespace, or a collector outside', async () => {
    const rules = (
      await policy({
        ...values,
        backendStore: { host: 'pooler' },
        tracing: { enabled: true, endpoint: 'https://otlp.example.com' },
      })
    ).egress
    expect(rules).toContainEqual({ to: [{ podSelector: {} }] })
    expect(
      wide(rules)
        .map((r) => r.ports[0].port)
        .sort(),
    ).toEqual([443, 9443])
  })

  test('Amazon S3 is on 443', async () => {
    const aws = { ...values, artifactStore: { uri: 's3://b-1/x' } }
    expect(wide((await policy(aws)).egress).map((r) => r.ports[0].port)).toContain(443)
  })
})

describe('Ingress', () => {
  const ingress = async (values: object) => pick(await render({ ...existing, ...values }), 'Ingress', 'mlflow')
  const host = [{ host: 'mlflow.example.com' }]

  test('there is none without a host, and one with a host alone', async () => {
    expect(names(await render(existing), 'Ingress')).toEqual([])
    const { spec } = await ingress({ ingress: { hosts: host } })
    expect(spec).not.toHaveProperty('ingressClassName')
    expect(spec.rules).toEqual([
      {
        host: 'mlflow.example.com',
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'mlflow', port: { name: 'http' } } } }] },
      },
    ])
  })

  test('a word against it counts more than a host', async () => {
    expect(names(await render({ ...existing, ingress: { enabled: false, hosts: host } }), 'Ingress')).toEqual([])
    expect(names(await render({ ...existing, ingress: { hosts: host } }, { files: [preset('prod')] }), 'Ingress')).toEqual([])
  })

  test('nginx gets size and time limits from the values, annotations of the person win', async () => {
    const { metadata } = await ingress({
      ingress: { className: 'nginx', hosts: host, annotations: { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '5' } },
      mlflow: { requestTimeoutSeconds: 900 },
    })
    expect(metadata.annotations).toEqual({
      'nginx.ingress.kubernetes.io/proxy-body-size': '0',
      'nginx.ingress.kubernetes.io/proxy-read-timeout': '5',
      'nginx.ingress.kubernetes.io/proxy-send-timeout': '900',
      'nginx.ingress.kubernetes.io/proxy-request-buffering': 'off',
    })
  })

  test('traefik with TLS listens on its secure entry point only', async () => {
    const traefik = { className: 'traefik', hosts: host }
    expect((await ingress({ ingress: traefik })).metadata.annotations).toBeUndefined()
    expect((await ingress({ ingress: traefik, tls: { mode: 'secret', secretName: 'cert' } })).metadata.annotations).toEqual({
      'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure',
    })
  })

  test('TLS comes from a Secret, from cert-manager or from ingress.tls', async () => {
    expect((await ingress({ ingress: { hosts: host } })).spec.tls).toBeUndefined()
    expect((await ingress({ ingress: { hosts: host }, tls: { mode: 'secret', secretName: 'cert' } })).spec.tls).toEqual([
      { secretName: 'cert', hosts: ['mlflow.example.com'] },
    ])
    const managed = await ingress({ ingress: { hosts: host }, tls: { mode: 'cert-manager', issuer: { name: 'letsencrypt' } } })
    expect(managed.spec.tls).toEqual([{ secretName: 'mlflow-tls', hosts: ['mlflow.example.com'] }])
    expect(managed.metadata.annotations).toEqual({ 'cert-manager.io/cluster-issuer': 'letsencrypt' })
    const issuer = await ingress({
      ingress: { hosts: host },
      tls: { mode: 'cert-manager', issuer: { name: 'own', kind: 'Issuer' } },
    })
    expect(issuer.metadata.annotations).toEqual({ 'cert-manager.io/issuer': 'own' })
    const own = [{ secretName: 'mine', hosts: ['mlflow.example.com'] }]
    expect((await ingress({ ingress: { hosts: host, tls: own }, tls: { mode: 'secret', secretName: 'cert' } })).spec.tls).toEqual(
      own,
    )
  })

  test('without authentication it must be said to be meant', async () => {
    const open = { ...existing, auth: { enabled: false }, ingress: { hosts: host } }
    expect(await refusal(open)).toContain('an Ingress without authentication lets everybody read and delete everything')
    await expect(render({ ...open, ingress: { hosts: host, allowUnauthenticated: true } })).resolves.toBeDefined()
  })
})
