import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseSmokeLine, smokeSteps } from '../../src/core/smoke/steps.js'
import { startRehearsal, type Rehearsal } from '../../src/rehearsal/index.js'
import { chart, helm3, helm4, isHealthy, kubectl, namespace, preset, release, run, until, type Ended } from './support.js'

let rehearsal: Rehearsal
afterEach(async () => {
  await rehearsal.stop()
  expect(rehearsal.cluster.troubles).toEqual([])
})

const server = () => rehearsal.cluster.store.find('Deployment', namespace, release)

/** Runs Helm; a failure shows what Helm said. */
async function helm(program: string, ...args: string[]): Promise<Ended> {
  const ended = await run(program, [...args, '--namespace', namespace, '--kube-context', rehearsal.context], rehearsal.env)
  expect({ args, code: ended.code, stderr: ended.stderr.replace(/^W\d.*\n/gm, '') }).toEqual({ args, code: 0, stderr: '' })
  return ended
}

const install = (program: string, name: string, ...more: string[]) =>
  helm(
    program,
    'upgrade',
    '--install',
    release,
    chart,
    '--create-namespace',
    '--values',
    preset(name),
    '--timeout',
    '60s',
    ...more,
  )

describe.each([
  ['Helm 3', helm3],
  ['Helm 4', helm4],
])('%s', (_name, program) => {
  beforeEach(async () => {
    rehearsal = await startRehearsal({ speed: 25 })
  })

  test('installs, upgrades, rolls back, tests and uninstalls the dev preset', async () => {
    await install(program, 'dev')
    await until(rehearsal.cluster, 'healthy after the install', () => isHealthy(rehearsal.cluster))
    const before = server().spec.template.spec.containers[0].image

    await install(program, 'dev', '--set', 'image.tag=v3.18.1-full')
    await until(rehearsal.cluster, 'healthy after the upgrade', () => isHealthy(rehearsal.cluster))
    expect(server().spec.template.spec.containers[0].image).toMatch(/:v3\.18\.1-full$/)
    expect(server().metadata.annotations['deployment.kubernetes.io/revision']).toBe('2')

    await helm(program, 'rollback', release, '1')
    await until(rehearsal.cluster, 'healthy after the rollback', () => isHealthy(rehearsal.cluster))
    expect(server().spec.template.spec.containers[0].image).toBe(before)

    const { stdout } = await helm(program, 'test', release, '--logs', '--timeout', '60s')
    const steps = stdout
      .split('\n')
      .map(parseSmokeLine)
      .filter((step) => step !== undefined)
    expect(steps.map(({ step, ok, detail }) => [step, ok, detail])).toEqual(smokeSteps.map(({ id }) => [id, true, 'simulated']))

    await helm(program, 'uninstall', release)
    await until(rehearsal.cluster, 'no workload left', () => {
      const kinds = ['Deployment', 'StatefulSet', 'ReplicaSet', 'Job', 'Service']
      return kinds.every((kind) => rehearsal.cluster.store.ofKind(kind, namespace).length === 0)
    })
    expect(rehearsal.cluster.store.ofKind('PersistentVolumeClaim', namespace)).toHaveLength(2)
  })

  test('installs the prod preset and waits for it', async () => {
    await install(program, 'prod', '--wait')
    await until(rehearsal.cluster, 'two servers', () => isHealthy(rehearsal.cluster) && server().status.readyReplicas === 2)
    const second = await install(program, 'prod', '--wait')
    expect(second.stdout).toContain('REVISION: 2')
    expect(server().metadata.generation).toBe(2)
  })
})

test('a release of Helm 3 is taken over by Helm 4 and given back', async () => {
  rehearsal = await startRehearsal({ speed: 25 })
  for (const program of [helm3, helm4, helm3]) await install(program, 'dev')
  await until(rehearsal.cluster, 'healthy', () => isHealthy(rehearsal.cluster))
  const { stdout } = await helm(helm3, 'history', release, '--output', 'json')
  expect((JSON.parse(stdout) as { status: string }[]).map((r) => r.status)).toEqual(['superseded', 'superseded', 'deployed'])
})

test('with an autoscaler, Helm 4 may set replicas to zero only by force', async () => {
  rehearsal = await startRehearsal({ speed: 25 })
  await install(helm4, 'prod', '--wait')
  await until(rehearsal.cluster, 'scaled up', () => isHealthy(rehearsal.cluster) && server().spec.replicas === 2)
  const maintenance = ['--values', preset('prod'), '--set', 'maintenance.enabled=true']
  const refused = await run(helm4, ['upgrade', release, chart, '--namespace', namespace, ...maintenance], rehearsal.env)
  const conflict = 'conflict with "kube-controller-manager" with subresource "scale" using apps/v1: .spec.replicas'
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(conflict)])
  await helm(helm4, 'upgrade', release, chart, ...maintenance, '--force-conflicts')
  await until(
    rehearsal.cluster,
    'no server left',
    () => rehearsal.cluster.store.ofKind('Deployment', namespace)[0].status.replicas === undefined,
  )
  await helm(helm4, 'upgrade', release, chart, '--values', preset('prod'))
  await until(rehearsal.cluster, 'two servers again', () => isHealthy(rehearsal.cluster) && server().status.readyReplicas === 2)
})

describe.each([
  ['helm-locked', 'pending-upgrade', ['rollback', release, '1']],
  ['helm-locked-install', 'pending-install', ['uninstall', release]],
])('--rehearse=%s', (scenario, status, remedy) => {
  test('refuses an upgrade until the lock is taken away', async () => {
    rehearsal = await startRehearsal({ scenario, speed: 25 })
    const { stdout } = await helm(helm4, 'history', release, '--output', 'json')
    expect((JSON.parse(stdout) as { status: string }[]).at(-1)!.status).toBe(status)
    const args = ['upgrade', '--install', release, chart, '--namespace', namespace, '--values', preset('dev')]
    const refused = await run(helm3, args, rehearsal.env)
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('another operation (install/upgrade/rollback) is in progress'),
    ])
    await helm(helm4, ...remedy)
    await install(helm4, 'dev')
    await until(rehearsal.cluster, 'healthy', () => isHealthy(rehearsal.cluster))
  })
})

test('kubectl knows the context and the version, and everything is gone afterwards', async () => {
  rehearsal = await startRehearsal()
  const config = await run(kubectl, ['config', 'view', '--minify', '-o', 'jsonpath={.current-context}'], rehearsal.env)
  expect(config.stdout).toBe('rehearsal (simulated)')
  const version = await run(kubectl, ['version'], rehearsal.env)
  expect(version.stdout).toContain('Server Version: v1.34.4+rehearsal')
  expect(new URL(rehearsal.server).hostname).toBe('127.0.0.1')
  await rehearsal.stop()
  expect(existsSync(dirname(rehearsal.kubeconfigPath))).toBe(false)
  await expect(fetch(rehearsal.server)).rejects.toThrow()
})
