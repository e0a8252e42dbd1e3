import { expect, test } from 'vitest'
import { envOf, everything, existing, names, pick, render, server, type Manifest } from './render.js'

test('metrics are off by default, without a trace in the pod', async () => {
  const rendered = await render(existing)
  expect(pick(rendered, 'Deployment', 'mlflow').spec.template.spec.containers).toHaveLength(1)
  expect(names(rendered, 'Service')).toEqual(['mlflow', 'mlflow-objects', 'mlflow-postgresql'])
  expect(names(rendered, 'ServiceMonitor')).toEqual([])
})

test('the sidecar reads what the server writes, with the same image', async () => {
  const rendered = await render({ ...existing, metrics: { enabled: true } })
  const pod = pick(rendered, 'Deployment', 'mlflow').spec.template.spec
  const sidecar = pod.containers.find((c: Manifest) => c.name === 'metrics')
  const main = server(rendered)
  expect(sidecar.image).toBe(main.image)
  const directory = envOf(sidecar).METRICS_DIR
  expect(main.args).toContain(`--expose-prometheus=${directory}`)
  expect(main.volumeMounts).toContainEqual({ name: 'metrics', mountPath: directory })
  expect(sidecar.volumeMounts).toContainEqual({ name: 'metrics', mountPath: directory, readOnly: true })
  expect(names(rendered, 'ServiceMonitor')).toEqual([])
})

test('the ServiceMonitor finds its Service and the port by name, and no other Service', async () => {
  const rendered = await render(everything)
  const { metadata, spec } = pick(rendered, 'ServiceMonitor', 'mlflow')
  expect(metadata.labels.release).toBe('prometheus')
  const found = rendered.objects.filter(
    (o) => o.kind === 'Service' && Object.entries(spec.selector.matchLabels).every(([k, v]) => o.metadata.labels[k] === v),
  )
  expect(found.map((o) => o.metadata.name)).toEqual(['mlflow-metrics'])
  const [port] = found[0].spec.ports
  expect(spec.endpoints[0].port).toBe(port.name)
  const container = pick(rendered, 'Deployment', 'mlflow').spec.template.spec.containers.find(
    (c: Manifest) => c.name === 'metrics',
  )
  expect(container.ports[0].name).toBe(port.targetPort)
})

test('tracing is off by default', async () => {
  const rendered = await render(existing)
  expect(Object.keys(envOf(server(rendered))).filter((n) => n.startsWith('OTEL'))).toEqual([])
  expect(rendered.text).not.toContain('autoinstrumentation')
})

test('tracing copies the agent in, starts it first, samples, and leaves people their own traces', async () => {
  const rendered = await render(everything)
  const pod = pick(rendered, 'Deployment', 'mlflow').spec.template.spec
  expect(pod.initContainers.map((c: Manifest) => c.name)).toEqual(['wait-for-schema', 'copy-instrumentation'])
  expect(envOf(server(rendered))).toMatchObject({
    PYTHONPATH: '/opt/otel-site:/opt/otel',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger-collector.monitoring:4318',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.1',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_PYTHON_EXCLUDED_URLS: 'health,metrics',
    MLFLOW_ENABLE_OTLP_EXPORTER: 'false',
  })
  expect(server(rendered).volumeMounts).toContainEqual({
    name: 'config',
    mountPath: '/opt/otel-site/sitecustomize.py',
    subPath: 'sitecustomize.py',
    readOnly: true,
  })
  expect(pick(rendered, 'ConfigMap', 'mlflow-config').data['sitecustomize.py']).toContain('initialize()')
})

test('the smoke test is a test hook that stays for its log, with credentials by reference', async () => {
  const pod = pick(await render(existing), 'Pod', 'mlflow-smoke-test')
  expect(pod.metadata.annotations).toEqual({ 'helm.sh/hook': 'test', 'helm.sh/hook-delete-policy': 'before-hook-creation' })
  expect(envOf(pod.spec.containers[0])).toMatchObject({
    MLFLOW_TRACKING_URI: 'http://mlflow.mlflow.svc:5000',
    MLFLOW_TRACKING_USERNAME: 'secret:creds/admin-username',
    MLFLOW_TRACKING_PASSWORD: 'secret:creds/admin-password',
  })
  const open = pick(await render({ ...existing, auth: { enabled: false }, service: { port: 80 } }), 'Pod', 'mlflow-smoke-test')
  expect(envOf(open.spec.containers[0]).MLFLOW_TRACKING_URI).toBe('http://mlflow.mlflow.svc:80')
  expect(Object.keys(envOf(open.spec.containers[0])).filter((n) => n.includes('USERNAME') || n.includes('PASSWORD'))).toEqual([])
  expect(names(await render({ ...existing, smokeTest: { enabled: false } }), 'Pod')).toEqual([])
})
