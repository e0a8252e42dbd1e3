import { describe, expect, test } from 'vitest'
import { causeOf, summarize } from '../../../src/core/checks/finding.js'
import {
  checkIngressClass,
  checkLeftovers,
  checkMetricsServer,
  checkStorage,
  checkStorageChange,
  storageClassesOf,
} from '../../../src/core/checks/infrastructure.js'
import { checkNamespace } from '../../../src/core/checks/namespace.js'
import { checkPermissions, permissionsFor } from '../../../src/core/checks/permissions.js'
import { checkPods, dryRunPod } from '../../../src/core/checks/pods.js'
import { checkReleaseLock } from '../../../src/core/checks/release-lock.js'
import { atLeast, checkCluster, checkHelm, checkKubectl } from '../../../src/core/checks/tools.js'
import type { KubeObject } from '../../../src/core/health/types.js'
import { shellWord } from '../../../src/core/text/shell.js'

const object = (kind: string, name: string, rest: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name },
  ...rest,
})
const release = (revision: number, status: string, updated = 0) => ({
  name: 'mlflow',
  namespace: 'ml',
  revision,
  status,
  chart: 'mlflow-0.1.0',
  appVersion: '3.18.0',
  updated,
})

describe('tools and cluster', () => {
  test.each([
    ['3.17.2', [3, 14], true],
    ['v4.1.4', [3, 14], true],
    ['3.9.4', [3, 14], false],
    ['1.34.4+k3s1', [1, 28], true],
    ['1.34+', [1, 28], true],
    ['v1.28.0-rc.1', [1, 28], true],
    ['1.24.17-eks-ab12', [1, 28], false],
  ] as const)('%s against %j', (version, floor, expected) => expect(atLeast(version, floor)).toBe(expected))

  test('helm: found, too old, missing', () => {
    expect(checkHelm({ version: '4.1.4' })).toMatchObject({ state: 'pass', evidence: 'helm 4.1.4' })
    expect(checkHelm({ version: '3.8.0' })).toMatchObject({ state: 'fail', remedy: { text: expect.stringContaining('helm.sh') } })
    expect(checkHelm({ error: '"helm" was not found on PATH' })).toMatchObject({
      state: 'fail',
      evidence: '"helm" was not found on PATH',
    })
  })
  test('kubectl', () => {
    expect(checkKubectl({ version: 'v1.35.2' })).toMatchObject({ state: 'pass', evidence: 'kubectl 1.35.2' })
    expect(checkKubectl({ error: 'gone' }).state).toBe('fail')
  })
  test('cluster: answers, too old, silent', () => {
    expect(checkCluster({ gitVersion: 'v1.34.4', ms: 38 }, 'k3d')).toMatchObject({
      state: 'pass',
      evidence: 'cluster answers in 38 ms, Kubernetes 1.34.4',
    })
    expect(checkCluster({ gitVersion: 'v1.24.0', ms: 1 }, 'k3d').state).toBe('fail')
    expect(checkCluster({ error: 'connect ECONNREFUSED' }, 'my ctx').remedy?.command).toBe("kubectl --context 'my ctx' version")
  })
  test('a shell reads a quoted word back', () => expect(shellWord("it's")).toBe(`'it'\\''s'`))
})

describe('namespace', () => {
  test('absent and may be created', () => expect(checkNamespace({ namespace: null }, 'ml', true).state).toBe('pass'))
  test('absent and may not', () =>
    expect(checkNamespace({ namespace: null }, 'ml', false)).toMatchObject({
      state: 'fail',
      remedy: { command: 'kubectl create namespace ml' },
    }))
  test('its Pod Security level is told', () =>
    expect(
      checkNamespace(
        { namespace: { metadata: { name: 'ml', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } } },
        'ml',
        true,
      ).evidence,
    ).toContain('"restricted"'))
  test('being deleted', () =>
    expect(checkNamespace({ namespace: { metadata: { name: 'ml' }, status: { phase: 'Terminating' } } }, 'ml', true).state).toBe(
      'fail',
    ))
  test('shared ones get a warning', () =>
    expect(checkNamespace({ namespace: object('Namespace', 'default') }, 'default', true).state).toBe('warn'))
  test('unreadable is unknown, not fine', () => expect(checkNamespace({ error: 'forbidden' }, 'ml', true).state).toBe('unknown'))
})

describe('release lock', () => {
  test('none, deployed', () => {
    expect(checkReleaseLock({ history: [] }, 'ml', 0).state).toBe('pass')
    expect(checkReleaseLock({ history: [release(2, 'deployed')] }, 'ml', 0).state).toBe('pass')
  })
  test('a pending upgrade offers the last good revision', () =>
    expect(checkReleaseLock({ history: [release(3, 'pending-upgrade'), release(2, 'superseded')] }, 'ml', 600_000)).toMatchObject(
      {
        state: 'fail',
        evidence: expect.stringContaining('revision 3 is pending-upgrade since 10 min'),
        remedy: { command: 'helm rollback mlflow 2 --namespace ml' },
      },
    ))
  test('a pending first install has nothing to roll back to', () =>
    expect(checkReleaseLock({ history: [release(1, 'pending-install')] }, 'ml', 0).remedy?.command).toBe(
      'helm uninstall mlflow --namespace ml',
    ))
})

describe('permissions', () => {
  const objects = [object('Service', 'mlflow'), { ...object('Deployment', 'mlflow'), apiVersion: 'apps/v1' }]
  test('every rendered kind is asked for with every verb that Helm uses', () => {
    const asked = permissionsFor(objects, 'ml').map((p) => `${p.verb} ${p.resource}.${p.group}`)
    for (const verb of ['get', 'list', 'watch', 'create', 'patch', 'delete']) expect(asked).toContain(`${verb} deployments.apps`)
    expect(asked).toContain('create secrets.')
    expect(asked).toContain('get pods/log.')
  })
  test('a denied one is named with its verbs', () => {
    const answers = permissionsFor(objects, 'ml').map((permission) => ({
      permission,
      allowed: permission.resource !== 'deployments',
    }))
    const finding = checkPermissions(answers, 'ml', 'jane')
    expect(finding.state).toBe('fail')
    expect(finding.evidence).toContain('deployments.apps: get, list, watch, create, patch, delete')
    expect(finding.remedy?.command).toContain('--user=jane')
  })
  test('no answer is unknown', () =>
    expect(checkPermissions([{ permission: permissionsFor(objects, 'ml')[0]!, allowed: undefined }], 'ml', '').state).toBe(
      'unknown',
    ))
})

describe('infrastructure', () => {
  const claim = (storageClassName?: string) =>
    object('StatefulSet', 's', { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName } }] } })
  const standard = { metadata: { name: 'local-path', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } }
  test('storage classes are read from claims', () => expect(storageClassesOf([claim(), claim('fast')])).toEqual(['', 'fast']))
  test('default class there', () =>
    expect(checkStorage({ classes: [standard] }, [''])).toMatchObject({
      state: 'pass',
      evidence: 'default StorageClass local-path',
    }))
  test('no default class', () =>
    expect(checkStorage({ classes: [object('StorageClass', 'fast')] }, [''])).toMatchObject({
      state: 'fail',
      remedy: { command: expect.stringContaining('kubectl patch storageclass fast') },
    }))
  test('a named class that is not there', () =>
    expect(checkStorage({ classes: [standard] }, ['fast']).evidence).toContain('"fast" does not exist'))
  test('no volumes, no question', () => expect(checkStorage({ error: 'x' }, []).state).toBe('skip'))
  test('metrics-server', () => {
    expect(checkMetricsServer(true, true).state).toBe('pass')
    expect(checkMetricsServer(false, true).state).toBe('warn')
    expect(checkMetricsServer(false, false).state).toBe('skip')
  })
  test('ingress class', () => {
    const ingress = (ingressClassName?: string) => [object('Ingress', 'mlflow', { spec: { ingressClassName } })]
    expect(checkIngressClass({ classes: [] }, []).state).toBe('skip')
    expect(checkIngressClass({ classes: [] }, ingress()).state).toBe('fail')
    expect(checkIngressClass({ classes: [object('IngressClass', 'traefik')] }, ingress('nginx'))).toMatchObject({
      state: 'fail',
      remedy: { text: expect.stringContaining('--ingress-class traefik') },
    })
    expect(checkIngressClass({ classes: [object('IngressClass', 'traefik')] }, ingress('traefik')).state).toBe('pass')
    expect(checkIngressClass({ classes: [object('IngressClass', 'traefik')] }, ingress()).state).toBe('warn')
  })
  test('a volume that would shrink stops an upgrade before Helm does', () => {
    expect(checkStorageChange([], 'ml').state).toBe('skip')
    const shrink = {
      component: 'postgresql' as const,
      kind: 'shrink' as const,
      path: 'postgresql.persistence.size',
      before: '20Gi',
      after: '10Gi',
    }
    expect(checkStorageChange([shrink], 'ml')).toMatchObject({
      state: 'fail',
      evidence: expect.stringContaining('cannot shrink from 20Gi to 10Gi'),
    })
  })
  test('volumes without their Secret', () => {
    expect(checkLeftovers({ claims: [], hasSecret: false }, 'mlflow-secret', 'ml').state).toBe('pass')
    expect(checkLeftovers({ claims: ['data-mlflow-postgresql-0'], hasSecret: true }, 'mlflow-secret', 'ml').state).toBe('pass')
    expect(checkLeftovers({ claims: ['data-mlflow-postgresql-0'], hasSecret: false }, 'mlflow-secret', 'ml')).toMatchObject({
      state: 'fail',
      evidence: expect.stringContaining('"mlflow-secret" is gone'),
    })
  })
})

describe('admission of pods', () => {
  const refused = (message: string) => [{ owner: 'Deployment/mlflow', refused: { status: 403, message } }]
  test.each([
    [
      'quota',
      'pods "mlflow-setup-check-x1" is forbidden: exceeded quota: small, requested: requests.memory=512Mi, used: requests.memory=0, limited: requests.memory=256Mi',
    ],
    ['pod-security', 'pods "mlflow-setup-check-x1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true'],
    [
      'limit-range',
      'pods "mlflow-setup-check-x1" is forbidden: maximum memory usage per Container is 256Mi, but limit is 1536Mi',
    ],
    ['webhook-denied', 'admission webhook "validate.kyverno.svc" denied the request: labels missing'],
  ])('%s has a code of its own', (code, message) => {
    const finding = checkPods(refused(message), 'ml')
    expect(finding).toMatchObject({ state: 'fail', code })
    expect(finding.evidence).toContain('Deployment/mlflow: ')
    expect(finding.evidence).not.toContain('mlflow-setup-check')
  })
  test('accepted', () => expect(checkPods([{ owner: 'Deployment/mlflow' }], 'ml').state).toBe('pass'))
  test('a namespace that is not there yet', () => expect(checkPods(undefined, 'ml').state).toBe('skip'))
  test('no answer is unknown', () =>
    expect(checkPods([{ owner: 'a', refused: { status: 0, message: 'socket hang up' } }], 'ml').state).toBe('unknown'))
  test('the tried pod does not need a ServiceAccount of the release', () =>
    expect(
      dryRunPod({ owner: 'Deployment/mlflow', metadata: {}, spec: { serviceAccountName: 'mlflow', containers: [] } }),
    ).toMatchObject({ spec: { serviceAccountName: 'default', automountServiceAccountToken: false } }))
})

test('a failing check is a cause with its code and remedy', () => {
  const check = {
    id: 'storage-class',
    title: 'StorageClass',
    state: 'fail' as const,
    evidence: 'none\ntwo',
    remedy: { text: 'Do it:', command: 'kubectl x' },
    ms: 3,
  }
  expect(causeOf(check, 5)).toEqual({
    code: 'storage-class',
    object: '',
    headline: 'StorageClass: none',
    evidence: ['none', 'two'],
    remedy: 'Do it:\nkubectl x',
    permanent: true,
    since: 5,
  })
  expect(summarize([check, { ...check, state: 'pass' }, { ...check, state: 'warn' }])).toBe('1 ok, 1 warning, 1 failed')
})
