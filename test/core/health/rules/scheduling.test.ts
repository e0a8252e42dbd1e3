import { describe, expect, test } from 'vitest'
import { expectCause, expectNothing } from './expect.js'
import { event, iso, pod } from '../../../fixtures/health/build.js'

const unschedulable = (message: string, shape: Parameters<typeof pod>[0] = {}) =>
  pod({
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: iso(0) }],
    status: { containerStatuses: undefined },
    ...shape,
  })

const dataVolume = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-mlflow-postgresql-0' } }] }

const databasePod = (message: string) =>
  unschedulable(message, {
    component: 'postgresql',
    spec: { ...dataVolume, nodeName: undefined, containers: [{ name: 'postgresql' }] },
  })

describe('pods that no node takes', () => {
  test('too little memory, after three minutes', () => {
    const p = unschedulable(
      '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient memory. preemption: 0/3 nodes are available',
      { container: { resources: { requests: { memory: '2Gi' } } } },
    )
    expectNothing(170, { objects: [p] })
    expectCause(
      185,
      { objects: [p] },
      {
        code: 'unschedulable-resources',
        headline: 'mlflow: no node has enough free memory (requests 2Gi)',
        remedy: 'resources.requests.memory',
        permanent: false,
      },
    )
  })
  test('an autoscaler that has promised a node gets ten minutes', () => {
    const p = unschedulable('0/1 nodes are available: 1 Insufficient cpu.')
    const promise = event(p, 'TriggeredScaleUp', 'pod triggered scale-up', { type: 'Normal', first: 10 })
    expectNothing(500, { objects: [p, promise] })
    expectCause(
      620,
      { objects: [p, promise] },
      { code: 'unschedulable-resources', headline: /free cpu/, evidence: 'an autoscaler has promised a node' },
    )
    expectCause(
      185,
      { objects: [p, promise, event(p, 'NotTriggerScaleUp', "pod didn't trigger scale-up", { first: 40 })] },
      { code: 'unschedulable-resources', headline: /free cpu/ },
    )
  })
  test('taints: named, and told apart from sick nodes', () => {
    const tainted = { objects: [unschedulable('0/2 nodes are available: 2 node(s) had untolerated taint {gpu: true}.')] }
    expectNothing(55, tainted)
    expectCause(65, tainted, { code: 'unschedulable-taint', headline: 'a taint that the pod does not tolerate: gpu: true' })
    expectCause(
      65,
      {
        objects: [
          unschedulable('0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.'),
        ],
      },
      { code: 'unschedulable-taint', headline: 'the nodes are not fit: disk-pressure' },
    )
  })
  test('affinity', () => {
    const situation = { objects: [unschedulable("0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.")] }
    expectNothing(55, situation)
    expectCause(65, situation, {
      code: 'unschedulable-affinity',
      headline: /pod anti-affinity rules/,
      remedy: 'mlflow-setup install --replicas',
    })
  })
  test('a volume in another zone: more nodes do not help', () => {
    const p = databasePod(
      '0/6 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }, 1 Insufficient memory, 4 node(s) had volume node affinity conflict.',
    )
    const cause = expectCause(
      25,
      { objects: [p] },
      { code: 'pvc-zone', headline: 'mlflow-postgresql: claim data-mlflow-postgresql-0 is tied to a zone', permanent: true },
    )
    expect(cause.remedy).toContain('more nodes elsewhere do not help')
    expectNothing(15, { objects: [p] })
  })
  test('a pod that just waits for its turn', () => {
    expectNothing(250, { objects: [pod({ conditions: [], status: { containerStatuses: undefined } })] })
  })
})
