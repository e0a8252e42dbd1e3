import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { ensureTools } from '../../../scripts/lib/setup.mjs'
import { makePlan } from '../../../src/core/plan/make-plan.js'
import type { ChartFiles } from '../../../src/core/plan/types.js'
import { fileLayer, flagLayer, presetLayer } from '../../../src/core/settings/layers.js'
import { missingOf, problemsOf } from '../../../src/core/settings/validate.js'
import { chart as loadChart } from './real-chart.js'

let chart: ChartFiles
let helm: string
const folder = mkdtempSync(join(tmpdir(), 'mlflow-setup-plan-'))
beforeAll(async () => {
  chart = await loadChart()
  helm = (await ensureTools())!.helm4
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Manifest {
  kind: string
  metadata: { name: string }
}

const guide = [
  'ingress: {hosts: [{host: mlflow.example.com}], tls: [{secretName: mlflow-tls, hosts: [mlflow.example.com]}]}',
  'auth: {enabled: true, username: admin, password: "secure-password"}',
  'minio: {enabled: false}',
  'artifactStore: {uri: "s3://your-bucket/mlflow"}',
  'env: [{name: AWS_ACCESS_KEY_ID, value: your-key-id}, {name: AWS_SECRET_ACCESS_KEY, value: your-secret}]',
  'postgresql: {enabled: false}',
  'backendStore: {uri: "postgresql://user:p%40ss@external-postgres:5432/mlflow"}',
  'resources: {requests: {cpu: 1000m, memory: 2Gi}, limits: {cpu: 4000m, memory: 8Gi}}',
  'autoscaling: {targetCPUUtilizationPercentage: 50, maxReplicas: 20}',
].join('\n')
const external = {
  'database-host': 'db.example.internal',
  'database-password': 'a@b:c/d%',
  'artifacts-uri': 's3://ml-artifacts/x',
  's3-access-key': 'CANARY1',
  's3-secret-key': 'CANARY22',
}

it.each([
  ['dev', {}, ''],
  ['prod', {}, ''],
  [
    'prod',
    {
      host: 'mlflow.example.com',
      'ingress-namespace': 'kube-system',
      tlsIssuer: 'letsencrypt',
      client: ['threads-agent/app=orchestrator'],
    },
    '',
  ],
  ['prod', { host: 'mlflow.example.com', 'ingress-namespace': 'kube-system', tlsCert: './a.crt', tlsKey: './a.key' }, ''],
  ['prod', external, ''],
  [
    'prod',
    {
      ...external,
      'backup-bucket': 'elsewhere',
      'backup-endpoint': 'https://s3.example.com',
      'backup-access-key': 'CANARY3',
      'backup-secret-key': 'CANARY44',
    },
    '',
  ],
  [
    'dev',
    {
      'tracing-endpoint': 'http://jaeger-collector.monitoring:4318',
      metrics: true,
      backup: true,
      networkPolicy: true,
      'cpu-limit': '',
    },
    '',
  ],
  ['prod', { 'ingress-namespace': 'kube-system' }, guide],
] as const)('Helm renders the plan of %s with %j, and no Secret', (preset, flags, text) => {
  const layers = [
    { ...presetLayer(preset, chart.presets[preset]!).layer, answers: { preset } },
    ...(text ? [fileLayer('f.yaml', text).layer] : []),
    flagLayer(flags).layer,
  ]
  const { plan, typedSecrets } = makePlan({
    target: { context: 'c', namespace: 'mlflow', release: 'mlflow' },
    mode: 'install',
    chart,
    layers,
    valuesFile: 'v.yaml',
    ...(text ? { baseText: text } : {}),
  })
  expect(problemsOf({ ...plan.answers, ...typedSecrets }).map((p) => [p.setting.id, p.problem.message])).toEqual([])
  expect(missingOf({ ...plan.answers, ...typedSecrets }).map((s) => s.id)).toEqual([])
  const file = join(folder, 'values.yaml')
  writeFileSync(file, plan.valuesText)
  const rendered = execFileSync(helm, ['template', 'mlflow', chart.path, '-n', 'mlflow', '-f', file], { encoding: 'utf8' })
  const objects = parseAllDocuments(rendered).map((document) => document.toJS() as Manifest | null)
  expect(objects.filter((object) => object?.kind === 'Secret')).toEqual([])
  expect(objects.find((object) => object?.kind === 'Deployment')?.metadata.name).toBe(plan.fullname)
  for (const secret of plan.secrets) expect(rendered).toContain(secret.name)
  for (const value of Object.values(typedSecrets)) expect(rendered + plan.valuesText).not.toContain(value)
})
