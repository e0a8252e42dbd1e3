import { beforeAll, describe, expect, it } from 'vitest'
import { busyboxRef, mlflowRef } from './images/refs.js'
import { request, startClient, type Client } from './lib/client.js'
import { apply, kubectl, list, tryKubectl } from './lib/kubectl.js'
import { useNamespaces } from './lib/namespace.js'
import { restrictedPod, runPod, startPod, waiting } from './lib/pods.js'
import { target } from './lib/target.js'
import { waitFor } from './lib/wait-for.js'

const namespace = 'suite-cluster'
const other = 'suite-cluster-other'

/** What the other suites take for granted, so that a broken cluster is not mistaken for a broken product. */
describe('the test cluster', () => {
  useNamespaces(namespace, other)

  it('runs a restricted pod to its end', async () => {
    const { code, log } = await runPod({ namespace, name: 'hello', image: busyboxRef, command: ['sh', '-c', 'id -u; exit 3'] })
    expect({ code, log: log.trim() }).toEqual({ code: 3, log: '10001' })
  })

  it('keeps the data of a volume from one pod to the next', async () => {
    await apply({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    })
    const claim = { name: 'data', path: '/data' }
    const write = await runPod({
      namespace,
      name: 'write',
      image: busyboxRef,
      claim,
      command: ['sh', '-c', 'echo kept > /data/file'],
    })
    expect(write.code).toBe(0)
    const read = await runPod({ namespace, name: 'read', image: busyboxRef, claim, command: ['cat', '/data/file'] })
    expect(read.log.trim()).toBe('kept')
  })

  it('refuses a pod that Pod Security "restricted" forbids', async () => {
    const pod = restrictedPod({ namespace, name: 'root', image: busyboxRef, command: ['id'] })
    pod.spec.securityContext.runAsNonRoot = false
    const { code, stderr } = await tryKubectl(['apply', '-f', '-'], JSON.stringify(pod))
    expect(code).not.toBe(0)
    expect(stderr).toContain('violates PodSecurity "restricted:latest"')
  })

  it('measures what pods use', async () => {
    const [row] = await waitFor(
      'figures of metrics-server',
      async () => {
        const { stdout } = await tryKubectl(['top', 'pod', '-A', '--no-headers'])
        return stdout.trim() && stdout.trim().split('\n')
      },
      { timeoutMs: 90_000 },
    )
    expect(row).toMatch(/\d+m\s+\d+Mi/)
  })

  describe('network policies', () => {
    let inside: Client
    let outside: Client
    const url = `http://web.${namespace}:8080/`

    beforeAll(async () => {
      await startPod({
        namespace,
        name: 'web',
        image: mlflowRef,
        command: ['python3', '-m', 'http.server', '8080', '-d', '/tmp'],
      })
      await apply({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace },
        spec: { selector: { app: 'web' }, ports: [{ port: 8080 }] },
      })
      inside = await startClient(namespace, 'inside', { role: 'friend' })
      outside = await startClient(other, 'outside', { role: 'stranger' })
    })

    it('let everybody in when there is none', async () => {
      await waitFor('an answer', async () => (await request(inside, url)).status === 200)
      expect((await request(outside, url)).status).toBe(200)
    })

    it('let only the named in when there is one', async () => {
      await apply({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'friends', namespace },
        spec: {
          podSelector: { matchLabels: { app: 'web' } },
          policyTypes: ['Ingress'],
          ingress: [{ from: [{ podSelector: { matchLabels: { role: 'friend' } } }] }],
        },
      })
      await waitFor('the policy to be enforced', async () => (await request(outside, url, { timeoutSeconds: 2 })).status === 0)
      expect((await request(inside, url)).status).toBe(200)
    })
  })

  // Only our own cluster has the stand-in for registries.
  describe.runIf(target().own)('images that cannot be pulled', () => {
    it.each([
      ['a wrong tag', 'ghcr.io/mlflow/mlflow:v0.0.0-nope', /not found/],
      ['a private repository', 'registry.example.com/private/mlflow:1', /401 Unauthorized/],
      ['a repository that needs a login', 'registry.example.com/restricted/mlflow:1', /authorization failed/],
    ])('%s is refused with its reason', async (_, image, words) => {
      const name = image
        .replace(/[^a-z]+/g, '-')
        .slice(0, 40)
        .replace(/-$/, '')
      await apply(restrictedPod({ namespace, name, image, command: ['true'] }))
      const { reason } = await waitFor(
        'the pull to fail',
        async () => {
          const why = await waiting(namespace, name)
          return why?.reason === 'ErrImagePull' || why?.reason === 'ImagePullBackOff' ? why : undefined
        },
        { timeoutMs: 20_000 },
      )
      expect(reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/)
      const events = await list(['events', '-n', namespace, '--field-selector', `involvedObject.name=${name},reason=Failed`])
      expect(events.map((e) => e.message).join('\n')).toMatch(words)
      await kubectl(['delete', 'pod', name, '-n', namespace, '--wait=false'])
    })
  })
})
