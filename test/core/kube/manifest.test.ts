import { expect, test } from 'vitest'
import { expectedWorkloads, parseManifest, podTemplates } from '../../../src/core/kube/manifest.js'
import { pathOf, resourceOf } from '../../../src/core/kube/resources.js'

const manifest = `
---
# Source: mlflow/templates/service.yaml
apiVersion: v1
kind: Service
metadata: {name: mlflow}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: mlflow-postgresql, labels: {app.kubernetes.io/component: postgresql}}
spec:
  volumeClaimTemplates: [{metadata: {name: data}}]
  template:
    metadata: {labels: {a: b}}
    spec:
      containers: [{name: postgresql}]
      volumes: [{name: init, configMap: {name: x, defaultMode: 0555}}]
---
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: mlflow-backup}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: upload}]}}}}}
`

test('objects are read as Kubernetes reads them: octal modes, empty documents', () => {
  const objects = parseManifest(manifest)
  expect(objects.map((o) => o.kind)).toEqual(['Service', 'StatefulSet', 'CronJob'])
  expect(objects[1]!.spec.template.spec.volumes[0].configMap.defaultMode).toBe(0o555)
})

test('what must become current: no CronJob, no Service', () =>
  expect(expectedWorkloads(parseManifest(manifest))).toEqual([
    { kind: 'StatefulSet', name: 'mlflow-postgresql', component: 'postgresql' },
  ]))

test('pods as the controllers make them: a claim becomes a volume', () => {
  const [database, backup] = podTemplates(parseManifest(manifest))
  expect(database!.spec.volumes).toEqual([
    { name: 'init', configMap: { name: 'x', defaultMode: 0o555 } },
    { name: 'data', emptyDir: {} },
  ])
  expect(backup!.owner).toBe('CronJob/mlflow-backup')
})

test('paths of the API', () => {
  expect(pathOf('v1', 'Secret', 'ml', 'x')).toBe('/api/v1/namespaces/ml/secrets/x')
  expect(pathOf('networking.k8s.io/v1', 'Ingress', 'ml')).toBe('/apis/networking.k8s.io/v1/namespaces/ml/ingresses')
  expect(pathOf('storage.k8s.io/v1', 'StorageClass', 'ml', 'fast')).toBe('/apis/storage.k8s.io/v1/storageclasses/fast')
  expect(resourceOf('example.com/v1', 'Widget')).toEqual({
    group: 'example.com',
    version: 'v1',
    plural: 'widgets',
    namespaced: true,
  })
})
