import { describe, expect, test } from 'vitest'
import { expectCause, expectNothing } from './expect.js'
import { changed, deployment, event, job, replicaSet, statefulSet } from '../../../fixtures/health/build.js'
import type { KubeObject } from '../../../../src/core/health/types.js'

describe('pods that are not let in', () => {
  const rs = replicaSet()
  const refusedBy = (message: string): { objects: KubeObject[] } => ({
    objects: [
      deployment(),
      rs,
      event(rs, 'FailedCreate', `Error creating: pods "mlflow-abc-q" is forbidden: ${message}`, { first: 1 }),
    ],
  })

  test('quota: the figures, at once, also from the condition alone', () => {
    const text =
      'exceeded quota: team, requested: limits.memory=2Gi,requests.cpu=500m, used: limits.memory=7Gi,requests.cpu=2, limited: limits.memory=8Gi,requests.cpu=2'
    const wanted = {
      code: 'quota',
      headline:
        'mlflow: quota team is used up: asked limits.memory=2Gi,requests.cpu=500m, used limits.memory=7Gi,requests.cpu=2, limit limits.memory=8Gi,requests.cpu=2',
      permanent: true,
    }
    expectCause(1, refusedBy(text), wanted)
    const condition = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: `pods "x" is forbidden: ${text}`,
    }
    expectCause(1, { objects: [deployment({ conditions: [condition] })] }, wanted)
  })
  test('quota that wants values', () => {
    expectCause(1, refusedBy('failed quota: team: must specify limits.memory for: mlflow; requests.cpu for: mlflow'), {
      code: 'quota',
      headline: /quota team wants values for limits\.memory/,
      remedy: 'resources.limits.memory, resources.requests.cpu',
    })
  })
  test('a refusal that a success followed is over', () => {
    const { objects } = refusedBy('exceeded quota: team, requested: pods=1, used: pods=5, limited: pods=5')
    expectNothing(1, {
      objects: [...objects, event(rs, 'SuccessfulCreate', 'Created pod: mlflow-abc-x1', { first: 3, type: 'Normal' })],
    })
  })
  test('what an older ReplicaSet was refused does not count', () => {
    const old = changed(rs, (o) => {
      o.metadata.name = 'mlflow-old'
      o.metadata.uid = 'old'
      o.metadata.annotations['deployment.kubernetes.io/revision'] = '0'
    })
    expectNothing(1, {
      objects: [
        deployment(),
        rs,
        old,
        event(old, 'FailedCreate', 'exceeded quota: team, requested: pods=1, used: pods=5, limited: pods=5'),
      ],
    })
  })
  test('limit range', () => {
    expectCause(
      1,
      refusedBy(
        '[maximum memory usage per Container is 1Gi, but limit is 2Gi, maximum cpu usage per Container is 1, but limit is 2]',
      ),
      {
        code: 'limit-range',
        headline: 'maximum memory usage per Container is 1Gi, but limit is 2Gi',
        remedy: 'describe limitrange',
      },
    )
  })
  test('Pod Security lists each field', () => {
    const cause = expectCause(
      1,
      refusedBy(
        'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (containers "init", "mlflow" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "mlflow" must set securityContext.runAsNonRoot=true)',
      ),
      {
        code: 'pod-security',
        headline: 'Pod Security "restricted:latest" refuses the pod: allowPrivilegeEscalation != false, runAsNonRoot != true',
        permanent: true,
      },
    )
    expect(cause.evidence).toHaveLength(2)
  })
  test('OpenShift names its range', () => {
    expectCause(
      1,
      refusedBy(
        'unable to validate against any security context constraint: [provider restricted-v2: .containers[0].runAsUser: Invalid value: 1000: must be in the ranges: [1000770000, 1000779999]]',
      ),
      { code: 'pod-security', headline: 'user ids must be in [1000770000, 1000779999]' },
    )
  })
  test('webhooks: a refusal at once, one that does not answer after a minute', () => {
    expectCause(1, refusedBy('admission webhook "validate.kyverno.svc" denied the request: no label team'), {
      code: 'webhook-denied',
      headline: 'admission webhook validate.kyverno.svc refuses the pod: no label team',
    })
    const down = refusedBy('Internal error occurred: failed calling webhook "inject.istio.io": connection refused')
    expectNothing(55, down)
    expectCause(65, down, { code: 'webhook-down', headline: 'admission webhook inject.istio.io does not answer' })
  })
  test('a missing ServiceAccount', () => {
    const situation = refusedBy('error looking up service account ml/mlflow: serviceaccount "mlflow" not found')
    expectNothing(25, situation)
    expectCause(35, situation, { code: 'sa-missing', headline: 'ServiceAccount mlflow does not exist' })
  })
  test('a StatefulSet and a Job, which have no such condition', () => {
    const set = statefulSet('mlflow-postgresql')
    expectCause(
      1,
      {
        objects: [
          set,
          event(
            set,
            'FailedCreate',
            'create Pod mlflow-postgresql-0 in StatefulSet mlflow-postgresql failed error: pods "mlflow-postgresql-0" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
          ),
        ],
      },
      { code: 'quota', headline: 'mlflow-postgresql: quota q is used up' },
    )
    const j = job()
    expectCause(
      1,
      {
        objects: [
          j,
          event(
            j,
            'FailedCreate',
            'Error creating: pods "x" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
          ),
        ],
      },
      { code: 'pod-security', headline: 'mlflow-migrate-1a2b: Pod Security' },
    )
  })
})
