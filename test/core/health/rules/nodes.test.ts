import { describe, expect, test } from 'vitest'
import { causesAt, expectCause, expectNothing } from './expect.js'
import { currentDeployment, deployment, iso, pod, running, waiting } from '../../../fixtures/health/build.js'
import type { KubeObject } from '../../../../src/core/health/types.js'

describe('nodes', () => {
  test('an eviction is a note with the limit', () => {
    const p = pod({
      phase: 'Failed',
      status: {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'Pod ephemeral local storage usage exceeds the total limit of containers 2Gi. ',
      },
    })
    expect(causesAt(1, { objects: [p] })).toMatchObject([
      { code: 'evicted', note: true, permanent: false, headline: 'mlflow: evicted: its ephemeral storage exceeds the limit 2Gi' },
    ])
  })
  test('a full /tmp names its value', () => {
    const p = pod({
      phase: 'Failed',
      status: { phase: 'Failed', reason: 'Evicted', message: 'Usage of EmptyDir volume "tmp" exceeds the limit "10Gi". ' },
    })
    expect(causesAt(1, { objects: [p] })).toMatchObject([
      {
        code: 'evicted',
        headline: 'mlflow: evicted: its volume tmp exceeds 10Gi',
        remedy: expect.stringContaining('set tmpSize'),
      },
    ])
  })
  test('a pod on a lost node: no advice to delete by force', () => {
    const p = pod({
      component: 'postgresql',
      state: running(),
      ready: true,
      metadata: { deletionTimestamp: iso(0) },
      conditions: [
        { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting' },
        { type: 'Ready', status: 'False', lastTransitionTime: iso(-300) },
      ],
    })
    expectNothing(50, { objects: [p] })
    const cause = expectCause(
      65,
      { objects: [p] },
      { code: 'node-lost', headline: `node node-1 is unreachable since ${iso(-300)}` },
    )
    expect(cause.remedy).not.toContain('--force')
  })
  test('a pod that simply ends', () => {
    expectNothing(300, { objects: [pod({ state: running(), metadata: { deletionTimestamp: iso(0) } })] })
  })
})

describe('rollouts', () => {
  const late = {
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: 'ReplicaSet "mlflow-abc" has timed out progressing.',
  }
  test('a passed deadline is told when nothing else is known', () => {
    expectCause(
      1,
      { objects: [deployment({ conditions: [late], readyReplicas: 1 })] },
      { code: 'progress-deadline', headline: 'no progress for 600 s (1 of 2 pods are ready)', permanent: true },
    )
    const p = pod({ state: waiting('ImagePullBackOff', 'not found') })
    expect(causesAt(25, { objects: [deployment({ conditions: [late] }), p] }).map((c) => c.code)).toEqual(['image-not-found'])
  })
  test('an autoscaler without metrics is a note', () => {
    const hpa: KubeObject = {
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'mlflow', uid: 'h', resourceVersion: '5', creationTimestamp: iso(0) },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'mlflow' } },
      status: {
        conditions: [
          {
            type: 'ScalingActive',
            status: 'False',
            reason: 'FailedGetResourceMetric',
            message: 'unable to get metrics for resource cpu',
          },
        ],
      },
    }
    expectNothing(170, { objects: [currentDeployment(), hpa] })
    expect(causesAt(185, { objects: [currentDeployment(), hpa] })).toMatchObject([{ code: 'hpa-no-metrics', note: true }])
  })
})
