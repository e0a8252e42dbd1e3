import { describe, expect, test } from 'vitest'
import { installAndWatch } from './rehearsed.js'

describe('an install by real Helm into a rehearsed cluster', { timeout: 60_000 }, () => {
  test('is followed to healthy', async () => {
    const { view } = await installAndWatch(undefined)
    expect(view).toMatchObject({ phase: 'healthy', causes: [] })
    expect(view.workloads.every((w) => w.current)).toBe(true)
    expect(view.milestones.map((m) => m.state)).not.toContain('failed')
    expect(view.pods.length).toBeGreaterThan(0)
  })

  test.concurrent.each([
    ['image-not-found', 'image-not-found', 'failed', /^mlflow.*: image \S+ does not exist$/],
    ['image-auth', 'image-auth', 'failed', /denies access$/],
    ['crash-loop', 'crash-loop', 'failed', /the database schema is 8b6ad64cb8f5, this image needs f4a9b2c7d1e6/],
    ['oom', 'oom', 'failed', /^mlflow.*: killed for its memory \(OOMKilled, limit /],
    ['unschedulable', 'unschedulable-resources', 'stalled', /no node has enough free memory/],
    ['pvc-unbound', 'pvc-unbound', 'stalled', /^mlflow-(postgresql|objects).*: claim \S+ has no volume/],
    ['probe-failing', 'probe-http', 'stalled', /readiness GET :5000\/health answers 503/],
    ['config-error', 'config-error', 'failed', /Secret \S+ has no key /],
    ['quota', 'quota', 'failed', /^mlflow: quota rehearsal-quota is used up: asked requests\.memory=/],
    [
      'pod-security',
      'pod-security',
      'failed',
      /^mlflow: Pod Security "restricted:latest" refuses the pod: allowPrivilegeEscalation != false/,
    ],
  ])('%s is named as the first cause', async (scenario, code, phase, headline) => {
    const { view } = await installAndWatch(scenario)
    expect(view.causes.map((c) => c.code)[0]).toBe(code)
    expect(view.causes[0]!.headline).toMatch(headline)
    expect(view.phase).toBe(phase)
  })
})
