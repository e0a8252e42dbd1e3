import { expect, test } from 'vitest'
import { causesAt, expectNothing } from './expect.js'
import { pod, waiting } from '../../../fixtures/health/build.js'

test('a backup that fails beside the rollout is a note; pods of other releases do not count', () => {
  const backup = pod({ component: 'backup', state: waiting('ImagePullBackOff', 'not found'), image: 'docker.io/rclone/rclone:0' })
  expect(causesAt(25, { objects: [backup] })).toMatchObject([{ code: 'image-not-found', note: true }])
  const stranger = pod({
    name: 'other-1',
    metadata: { ownerReferences: [{ kind: 'StatefulSet', name: 'other', uid: 'o' }], labels: {} },
    state: waiting('ImagePullBackOff', 'not found'),
  })
  expectNothing(25, { objects: [stranger] })
})

test('what others wait for comes first', () => {
  const server = pod({ state: waiting('CreateContainerConfigError', 'secret "mlflow-secret" not found') })
  const database = pod({
    component: 'postgresql',
    image: 'docker.io/library/postgres:99',
    state: waiting('ImagePullBackOff', 'not found'),
  })
  expect(causesAt(30, { objects: [server, database] }).map((c) => c.headline)).toEqual([
    'mlflow-postgresql: image docker.io/library/postgres:99 does not exist',
    'mlflow: Secret mlflow-secret does not exist',
  ])
})
