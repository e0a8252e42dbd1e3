import { describe, expect, it } from 'vitest'
import { flagLayer, fileLayer } from '../../../src/core/settings/layers.js'
import { adviceOf } from '../../../src/core/wizard/help.js'
import { rowsOf } from '../../../src/core/wizard/rows.js'
import { stepOrder } from '../../../src/core/wizard/steps.js'
import { drive, enterUntil, keys } from './drive.js'
import { sessionInput } from './input.js'
import { check, someChecks } from './events.js'

describe('the way forward', () => {
  it('reaches the end with Enter alone, in rehearsal', () => {
    const run = drive(sessionInput({ rehearsal: true, contexts: [{ name: 'rehearsal', current: true }] }), { rehearsal: true })
    run.enter(13)
    expect(run.session.ended?.code).toBe(0)
    expect(run.session.ended?.summary.join('\n')).toContain('Rehearsal passed.')
    expect(run.session.ended?.summary.join('\n')).not.toContain('healthy')
  })

  it('visits every step that applies, TLS only with an Ingress', () => {
    const run = drive(sessionInput())
    const seen = [run.session.at]
    while (run.session.at !== 'review') seen.push(run.enter().session.at)
    expect(seen).toEqual(stepOrder.filter((s) => s !== 'tls'))

    const other = enterUntil(drive(sessionInput()), 'access')
    other.press(keys.down).enter()
    expect(other.session.at).toBe('access')
    expect(other.session.focus).toBe('access.host')
    other.press('mlflow.example.com').enter()
    expect(other.session.at).toBe('tls')
  })

  it('leaves one receipt for each step', () => {
    const run = enterUntil(drive(sessionInput()), 'review')
    expect(run.session.receipts.map((r) => r.step)).toEqual(stepOrder.filter((s) => s !== 'tls' && s !== 'review'))
    expect(run.session.receipts.find((r) => r.step === 'prerequisites')?.text).toBe('3 ok, 1 warning')
    expect(run.session.receipts.find((r) => r.step === 'database')?.text).toBe('embedded, 5Gi')
  })

  it('waits for the cluster when Enter comes first, and stays when it cannot be reached', () => {
    const run = drive(sessionInput(), { unreachable: ['kind-test'] })
    run.enter()
    expect(run.session.at).toBe('cluster')
    expect(run.session.notice).toContain('kind-test: unreachable: connection refused')
    run.press(keys.down).enter()
    expect(run.session.at).toBe('preset')
    expect(run.session.resolved.answers.context).toBe('prod-eu')
  })

  it('offers the rehearsal, which is then said everywhere', () => {
    const run = drive(sessionInput({ contexts: [] }))
    expect(rowsOf(run.session).map((r) => r.kind === 'option' && r.label)).toEqual(['Rehearse'])
    expect(adviceOf(run.session)).toContain('There is no cluster')
    run.enter()
    expect(run.session.rehearsal).toBe(true)
    expect(run.session.at).toBe('preset')
    expect(run.session.resolved.answers.context).toBe('rehearsal')
  })

  it('does not go past a failing prerequisite until it is solved', () => {
    const script = { checks: [...someChecks, check('storage', 'fail', 'no default StorageClass')] }
    const run = enterUntil(drive(sessionInput(), script), 'prerequisites')
    run.enter()
    expect(run.session.at).toBe('prerequisites')
    expect(run.session.notice).toContain('One prerequisite fails')
    expect(run.session.focus).toBe('storage')
    script.checks = [check('storage', 'pass', 'default StorageClass local-path')]
    run.press('r')
    expect(run.effects.at(-1)).toMatchObject({ type: 'run-checks', only: 'storage' })
    expect(run.session.checks.results).toHaveLength(someChecks.length + 1)
    expect(run.enter().session.at).toBe('target')
  })

  it('ignores results of an earlier run', () => {
    const run = enterUntil(drive(sessionInput()), 'prerequisites')
    run.press('a')
    const { results } = run.session.checks
    run.act({ type: 'check', run: 1, result: check('late', 'fail', 'of long ago') })
    expect(run.session.checks.results).toEqual(results)
  })

  it('checks again when the namespace has changed', () => {
    const run = enterUntil(drive(sessionInput()), 'target')
    run.press(`${keys.ctrlU}team-a`).enter()
    expect(run.session.at).toBe('database')
    expect(run.effects.filter((e) => e.type === 'inspect-target').at(-1)).toMatchObject({ namespace: 'team-a' })
    run.press(keys.escape).press(keys.escape)
    expect(run.session.at).toBe('prerequisites')
    expect(run.effects.filter((e) => e.type === 'run-checks')).toHaveLength(2)
  })
})

describe('going back', () => {
  it('comes back from every step to the one before, and no answer is lost', () => {
    const run = enterUntil(drive(sessionInput()), 'database')
    run.press(`${keys.down}${keys.down}`)
    expect(run.session.focus).toBe('database.size')
    run.press(`${keys.ctrlU}30Gi`)
    enterUntil(run, 'review')
    const there: string[] = []
    for (let at = run.session.at; at !== 'cluster'; at = run.session.at) {
      there.push(at)
      run.press(keys.escape)
    }
    expect(there).toEqual(stepOrder.filter((s) => s !== 'tls' && s !== 'cluster').reverse())
    expect(run.session.resolved.answers['database.size']).toBe('30Gi')
    enterUntil(run, 'review')
    expect(run.session.resolved.answers['database.size']).toBe('30Gi')
  })

  it('keeps later answers when an earlier one changes', () => {
    const run = enterUntil(drive(sessionInput()), 'backup')
    run.press(keys.space)
    expect(run.session.resolved.answers['backup.enabled']).toBe(true)
    run.act({ type: 'jumped', step: 'preset' })
    run.press(keys.down).enter()
    expect(run.session.resolved.answers.preset).toBe('prod')
    expect(run.session.resolved.answers['backup.enabled']).toBe(true)
    expect(run.session.resolved.answers['size.autoscaling']).toBe(true)
  })

  it('keeps answers of a branch that is left and taken again', () => {
    const run = enterUntil(drive(sessionInput()), 'access')
    run.press(keys.down).enter().press('mlflow.example.com')
    run.press(`${keys.up}${keys.up}${keys.space}`)
    expect(run.session.resolved.answers['access.mode']).toBe('port-forward')
    expect(rowsOf(run.session).map((r) => r.key)).not.toContain('access.host')
    run.press(`${keys.down}${keys.space}`)
    expect(run.session.resolved.answers['access.host']).toBe('mlflow.example.com')
  })

  it('keeps a text that is not accepted yet', () => {
    const run = enterUntil(drive(sessionInput()), 'target')
    run.press(`${keys.ctrlU}Team_A`)
    run.press(keys.escape)
    expect(run.session.at).toBe('prerequisites')
    run.enter()
    expect(run.session.editing?.line.text).toBe('Team_A')
    run.enter()
    expect(run.session.at).toBe('target')
    run.press(keys.tab)
    expect(run.session.resolved.answers.namespace).toBe('team-a')
  })

  it('prints a receipt again only when it says something else', () => {
    const run = enterUntil(drive(sessionInput()), 'artifacts')
    const before = run.session.receipts.length
    run.press(keys.escape).enter()
    expect(run.session.receipts).toHaveLength(before)
    run.press(`${keys.escape}`).press(`${keys.down}${keys.down}${keys.ctrlU}7Gi`).enter()
    expect(run.session.receipts.at(-1)?.text).toBe('embedded, 7Gi')
  })
})

describe('typing', () => {
  it('makes a list of pasted lines', () => {
    const run = drive(sessionInput()).enter().press(keys.down).enter()
    enterUntil(run, 'network').press(keys.down)
    run.press('\x1b[200~threads-agent/app=orchestrator\nthreads-agent/app=persona-runtime\n\x1b[201~')
    expect(run.session.resolved.answers['network.clients']).toEqual([
      { namespace: 'threads-agent', podLabels: { app: 'orchestrator' } },
      { namespace: 'threads-agent', podLabels: { app: 'persona-runtime' } },
    ])
  })

  it("takes a value that is there anyway for no answer of one's own", () => {
    const run = enterUntil(drive(sessionInput()), 'database').press(`${keys.down}${keys.down}`)
    run.press(`${keys.ctrlU}9Gi`)
    expect(run.session.typed['database.size']).toBe('9Gi')
    run.press(`${keys.ctrlU}5Gi`)
    expect(run.session.typed).not.toHaveProperty('database.size')
    expect(run.session.resolved.provenance['database.size']?.label).toBe('preset dev')
  })

  it('completes names that the cluster has', () => {
    const run = enterUntil(drive(sessionInput()), 'database').press(`${keys.down}${keys.down}${keys.down}`)
    expect(run.press(`lo${keys.tab}`).session.resolved.answers['database.storageClass']).toBe('local-path')
  })

  it('answers toggles by y and n, choices by arrows', () => {
    const run = enterUntil(drive(sessionInput()), 'backup')
    expect(run.press('y').session.resolved.answers['backup.enabled']).toBe(true)
    expect(run.press('n').session.resolved.answers['backup.enabled']).toBe(false)
    enterUntil(run, 'review')
    run
      .act({ type: 'chosen', setting: 'database.mode', value: 'external' })
      .act({ type: 'jumped', step: 'database', setting: 'database.sslMode' })
    expect(run.press(keys.right).session.resolved.answers['database.sslMode']).toBe('require')
  })

  it('does not go on while something needed is missing, and says what', () => {
    const run = enterUntil(drive(sessionInput()), 'database').press(keys.down).enter()
    expect(run.session.focus).toBe('database.host')
    run.press('db.internal').enter()
    expect(run.session.focus).toBe('database.password')
    run.press('s3cret with "quotes"').enter()
    expect(run.session.at).toBe('artifacts')
  })
})

describe('what was given before', () => {
  it('is not asked again, but can be gone to', () => {
    const { layer } = flagLayer({ preset: 'prod', host: 'mlflow.example.com' })
    const run = drive(sessionInput({ layers: [layer] }))
    expect(run.enter().session.at).toBe('prerequisites')
    enterUntil(run, 'artifacts')
    expect(run.enter().session.at).toBe('tls')
    expect(run.press(keys.escape).session.at).toBe('access')
    expect(run.session.receipts.map((r) => r.step)).toContain('access')
  })

  it('is asked when something that it needs is missing', () => {
    const { layer } = flagLayer({ access: 'ingress' })
    const run = enterUntil(drive(sessionInput({ layers: [layer] })), 'artifacts')
    expect(run.enter().session.at).toBe('access')
  })

  it('skips the cluster that a flag names, and still asks it', () => {
    const { layer } = flagLayer({ context: 'prod-eu' })
    const run = drive(sessionInput({ layers: [layer] }))
    expect(run.session.at).toBe('preset')
    expect(run.effects).toContainEqual({ type: 'inspect-context', context: 'prod-eu' })
    expect(run.press(keys.escape).session.at).toBe('cluster')
  })

  it('says when a named context does not exist', () => {
    const { layer } = flagLayer({ context: 'nowhere' })
    const run = drive(sessionInput({ layers: [layer] }))
    expect(run.session.at).toBe('cluster')
    expect(run.session.notice).toBe('context "nowhere" is not in the kubeconfig')
  })

  it('takes answers of a values file', () => {
    const { layer } = fileLayer('prod.yaml', 'postgresql:\n  enabled: true\n  persistence:\n    size: 99Gi\n')
    const run = enterUntil(drive(sessionInput({ layers: [layer] })), 'target')
    expect(run.enter().session.at).toBe('artifacts')
    expect(run.session.receipts.at(-1)?.text).toBe('embedded, 99Gi')
  })

  it('offers the values of a release that is there', () => {
    const run = drive(sessionInput())
    run.enter()
    const values = { postgresql: { persistence: { size: '42Gi' } } }
    run.act({
      type: 'target-inspected',
      context: 'kind-test',
      namespace: 'mlflow',
      release: 'mlflow',
      facts: {
        namespace: 'exists',
        release: { revision: 3, status: 'deployed', appVersion: '3.17.2' },
        layer: { source: 'release', label: 'release', values },
      },
    })
    expect(run.session.resolved.answers['database.size']).toBe('42Gi')
    expect(run.session.resolved.provenance['database.size']?.source).toBe('release')
    enterUntil(run, 'target')
    expect(adviceOf(run.session)).toContain('MLflow 3.17.2 is there as revision 3')
  })
})

describe('quitting and starting again', () => {
  it('offers the same answers, and never a secret', () => {
    const run = enterUntil(drive(sessionInput()), 'authentication')
    run.press(`${keys.down}${keys.ctrlU}root${keys.down}correct horse battery`).enter()
    const memory = run.effects.filter((e) => e.type === 'remember').at(-1)
    expect(JSON.stringify(memory)).not.toContain('horse')
    run.press(keys.ctrlC)
    expect(run.session.ended).toMatchObject({ code: 130 })
    const again = drive(sessionInput({ remembered: memory?.type === 'remember' ? memory.answers : {} }))
    expect(again.session.resolved.answers['auth.username']).toBe('root')
    expect(again.session.resolved.answers['auth.password']).toBeUndefined()
  })

  it('gives way to the flags of this run, and to unknown names of other versions', () => {
    const { layer } = flagLayer({ preset: 'prod' })
    const run = drive(
      sessionInput({ layers: [layer], remembered: { preset: 'dev', 'database.size': '9Gi', 'of.another.version': 'x' } }),
    )
    expect(run.session.resolved.answers.preset).toBe('prod')
    expect(run.session.resolved.answers['database.size']).toBe('9Gi')
    expect(run.session.typed).not.toHaveProperty('of.another.version')
  })

  it('does not remember the context of a rehearsal', () => {
    const run = drive(sessionInput({ rehearsal: true, contexts: [{ name: 'rehearsal', current: true }] }))
    run.enter()
    expect(run.effects).toContainEqual({ type: 'remember', answers: {} })
  })
})
