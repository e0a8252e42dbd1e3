import { describe, expect, test } from 'vitest'
import { podProblems } from './pod-security.js'
import { chart, envOf, everything, existing, helm, names, podsOf, preset, render, renderAnew, type Manifest } from './render.js'
import { scenarios } from './scenarios.js'

describe.each(['helm3', 'helm4'] as const)('%s', (which) => {
  test.each([[], ['-f', preset('dev')], ['-f', preset('prod')]].map((args) => [args]))('lints strictly with %j', async (args) => {
    expect(await helm(['lint', '--strict', chart, ...args], which)).toContain('0 chart(s) failed')
  })
})

describe.each(Object.entries(scenarios))('%s', (_, { values, options }) => {
  test('renders the same bytes twice, and the same objects by Helm 3 and 4', async () => {
    const first = await render(values, options)
    const second = await renderAnew(values, options)
    const third = await render(values, { ...options, helm: 'helm3' })
    expect(second.text).toBe(first.text)
    expect(third.objects).toEqual(first.objects)
  })

  test('every pod passes Pod Security "restricted" and has requests, limits, no token and no service links', async () => {
    const pods = podsOf(await render(values, options))
    expect(pods.length).toBeGreaterThan(2)
    expect(Object.fromEntries(pods.map((pod) => [pod.owner, podProblems(pod.spec)]))).toEqual(
      Object.fromEntries(pods.map((pod) => [pod.owner, []])),
    )
  })

  test('every object and pod has the common labels, and every selector finds a pod', async () => {
    const rendered = await render(values, options)
    const pods = podsOf(rendered)
    const instance = options?.release ?? 'mlflow'
    const labels = [...rendered.objects, ...pods].map((o: Manifest) => o.metadata.labels)
    for (const l of labels)
      expect(l).toMatchObject({
        'app.kubernetes.io/name': 'mlflow',
        'app.kubernetes.io/instance': instance,
        'app.kubernetes.io/managed-by': 'Helm',
        'helm.sh/chart': 'mlflow-0.1.0',
      })
    const matches = (selector: Manifest) =>
      pods.some((pod) => Object.entries(selector).every(([k, v]) => pod.metadata.labels[k] === v))
    for (const o of rendered.objects) {
      const selector =
        o.kind === 'Service'
          ? o.spec.selector
          : o.kind === 'NetworkPolicy'
            ? o.spec.podSelector.matchLabels
            : o.kind === 'ServiceMonitor'
              ? undefined
              : o.spec?.selector?.matchLabels
      if (selector) expect(matches(selector), `${o.kind}/${o.metadata.name}`).toBe(true)
    }
  })

  test('no object refers to a ConfigMap or service account that is not there, and no environment variable stands twice', async () => {
    const rendered = await render(values, options)
    for (const { owner, spec } of podsOf(rendered)) {
      expect(names(rendered, 'ServiceAccount'), owner).toContain(spec.serviceAccountName)
      for (const volume of spec.volumes ?? [])
        if (volume.configMap) expect(names(rendered, 'ConfigMap'), owner).toContain(volume.configMap.name)
      for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
        const list = (container.env ?? []).map((e: Manifest) => e.name)
        expect(new Set(list).size, `${owner} ${container.name}`).toBe(list.length)
        for (const [name, value] of Object.entries(envOf(container)))
          expect(typeof value, `${owner} ${container.name} ${name}`).toBe('string')
      }
    }
  })

  test('no image is of a catalogue that is gone', async () => {
    const { text } = await render(values, options)
    expect(text.toLowerCase()).not.toMatch(/bitnami|minio\/minio|:latest/)
  })
})

test('names of components are cut to what a label can hold', async () => {
  const release = 'a-release-name-that-is-as-long-as-helm-allows-53-chars'.slice(0, 53)
  const rendered = await render({ ...everything, nameOverride: 'a-long-name' }, { release })
  for (const o of rendered.objects) expect(o.metadata.name.length, o.metadata.name).toBeLessThanOrEqual(63)
  expect(new Set(rendered.objects.map((o) => `${o.kind}/${o.metadata.name}`)).size).toBe(rendered.objects.length)
})

test('labels, pull secrets and another registry reach every pod', async () => {
  const rendered = await render({
    ...everything,
    commonLabels: { team: 'ml' },
    imagePullSecrets: [{ name: 'pull' }],
    global: { imageRegistry: 'registry.example.com/mirror' },
  })
  for (const { owner, metadata, spec } of podsOf(rendered)) {
    expect(metadata.labels.team, owner).toBe('ml')
    expect(spec.imagePullSecrets, owner).toEqual([{ name: 'pull' }])
    for (const c of [...(spec.initContainers ?? []), ...spec.containers])
      expect(c.image, owner).toMatch(
        /^registry\.example\.com\/mirror\/(mlflow\/mlflow|library\/postgres|chrislusf\/seaweedfs|rclone\/rclone|open-telemetry\/)/,
      )
  }
})

test('a digest wins over a tag', async () => {
  const digest = `sha256:${'ab'.repeat(32)}`
  const rendered = await render({ ...existing, image: { digest } })
  expect(rendered.text).toContain(`image: ghcr.io/mlflow/mlflow@${digest}`)
  expect(rendered.text).not.toContain('v3.18.0-full')
})

test('OpenShift gets no fixed ids, other clusters do', async () => {
  const ids = async (values: object, args: string[] = []) =>
    podsOf(await render({ ...everything, ...values }, { args })).map((p) => p.spec.securityContext.runAsUser)
  expect(new Set(await ids({}))).toEqual(new Set([10001, 999, 1000]))
  expect(new Set(await ids({ openshift: { enabled: true } }))).toEqual(new Set([undefined]))
  expect(new Set(await ids({}, ['--api-versions', 'security.openshift.io/v1']))).toEqual(new Set([undefined]))
})
