import { describe, expect, test } from 'vitest'
import { registryOf } from '../../../../src/core/health/rules/images.js'
import { event, pod, waiting } from '../../../fixtures/health/build.js'
import { expectCause, expectNothing } from './expect.js'

const image = 'ghcr.io/mlflow/mlflow:v9.9.9-full'
const pull = (message: string) => ({
  objects: [pod({ image, state: waiting('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${message}`) })],
})

describe('failing pulls', () => {
  test('an image that does not exist is told after 20 s and names the flag', () => {
    const situation = pull(`rpc error: code = NotFound desc = failed to pull and unpack image "${image}": ${image}: not found`)
    expectNothing(19, situation)
    expectCause(22, situation, {
      code: 'image-not-found',
      headline: `mlflow: image ${image} does not exist`,
      remedy: 'mlflow-setup install --image-tag v3.18.0-full',
      permanent: true,
    })
  })

  test('what an older kubelet says only in the event', () => {
    const p = pod({ image, state: waiting('ImagePullBackOff', `Back-off pulling image "${image}"`) })
    const e = event(p, 'Failed', `Failed to pull image "${image}": manifest unknown`, { container: 'mlflow', first: 2 })
    expectCause(30, { objects: [p, e] }, { code: 'image-not-found', headline: /does not exist/, evidence: 'manifest unknown' })
  })

  test('a reference that no runtime can read', () => {
    const p = pod({
      image: 'ghcr.io/mlflow/mlflow:v3 18',
      state: waiting('InvalidImageName', "Failed to apply default image tag: couldn't parse image name"),
    })
    expectCause(30, { objects: [p] }, { code: 'image-not-found', headline: /is not valid/ })
  })

  test('a registry that wants a login, also when it says that there may be no such image', () => {
    for (const message of [
      'failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized',
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      'unexpected status from HEAD request: 403 Forbidden',
    ]) {
      const situation = pull(message)
      expectNothing(15, situation)
      expectCause(30, situation, {
        code: 'image-auth',
        headline: /ghcr\.io denies access/,
        evidence: 'no imagePullSecrets',
        remedy: '--docker-server=ghcr.io',
      })
    }
  })

  test('a registry that is out of reach may come back for two minutes', () => {
    const situation = pull('dial tcp: lookup ghcr.io on 10.96.0.10:53: no such host')
    expectNothing(110, situation)
    expectCause(125, situation, { code: 'image-network', headline: /the node cannot reach ghcr\.io/, permanent: false })
  })

  test('a rate limit is not taken for a missing login', () => {
    expectCause(125, pull('429 Too Many Requests - toomanyrequests: You have reached your unauthenticated pull rate limit'), {
      code: 'image-network',
      headline: /limits the pull rate/,
    })
  })

  test('an unknown certificate', () => {
    expectCause(125, pull('tls: failed to verify certificate: x509: certificate signed by unknown authority'), {
      code: 'image-network',
      headline: /does not trust the certificate of/,
    })
  })

  test('an image for another architecture', () => {
    expectCause(30, pull('no match for platform in manifest: not found'), { code: 'image-arch', headline: /CPU architecture/ })
  })

  test('a pull under way is no cause', () => {
    expectNothing(250, { objects: [pod({ image, state: waiting('ContainerCreating') })] })
  })

  test('the remedy for the database image names its value', () => {
    const p = pod({
      component: 'postgresql',
      image: 'docker.io/bitnami/postgresql:16.4.0-debian-12-r14',
      state: waiting('ErrImagePull', 'docker.io/bitnami/postgresql:16.4.0-debian-12-r14: not found'),
    })
    expectCause(
      30,
      { objects: [p] },
      {
        code: 'image-not-found',
        headline: 'mlflow-postgresql: image docker.io/bitnami/postgresql:16.4.0-debian-12-r14 does not exist',
        remedy: 'postgresql.image',
      },
    )
  })
})

test('the registry of a reference as a container runtime completes it', () => {
  expect(['postgres:18', 'mlflow/mlflow', 'ghcr.io/a/b:1', 'localhost/a', 'reg:5000/a'].map(registryOf)).toEqual([
    'docker.io',
    'docker.io',
    'ghcr.io',
    'localhost',
    'reg:5000',
  ])
})
