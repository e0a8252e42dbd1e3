import { renderToString } from 'ink'
import { cleanup, render } from 'ink-testing-library'
import { afterEach, describe, expect, it } from 'vitest'
import { widthOf } from '../../../src/core/text/width.js'
import type { Session } from '../../../src/core/wizard/types.js'
import { Wizard } from '../../../src/ui/ink/app.js'
import { ThemeContext, themeFor } from '../../../src/ui/ink/theme.js'
import { WatchScreen } from '../../../src/ui/ink/screens/watch.js'
import { drive, enterUntil, keys, type Driven } from '../../core/wizard/drive.js'
import { sessionInput } from '../../core/wizard/input.js'
import { check, happyEvents, imageEvents, rollingEvents, someChecks } from '../../core/wizard/events.js'

afterEach(cleanup)

const sizes = [
  { columns: 40, rows: 12 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
]

/** The question on the screen: what is printed for good above it is left out. */
function frame(session: Session, size = sizes[1]!, env: Record<string, string> = {}): string {
  return renderToString(
    <ThemeContext.Provider value={themeFor({ LANG: 'C.UTF-8', ...env })}>
      <Wizard session={session} size={size} printed={1000} />
    </ThemeContext.Provider>,
    { columns: size.columns },
  )
}

function expectToFit(text: string, size: { columns: number; rows: number }): void {
  const lines = text.split('\n')
  expect(lines.length).toBeLessThan(size.rows)
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(size.columns)
}

const rehearsal = () => sessionInput({ rehearsal: true, contexts: [{ name: 'rehearsal', current: true }] })

describe.each(sizes)('at $columns x $rows', (size) => {
  it('fits on every step, says that it is a rehearsal, and ends with the next action', () => {
    const run = drive(rehearsal())
    for (let i = 0; i < 13; i++) {
      const text = frame(run.session, size)
      expectToFit(text, size)
      expect(text).toContain('rehearsal: nothing is installed')
      expect(text.trimEnd().split('\n').at(-1)).toMatch(/^ {2}(Enter|r) /)
      run.enter()
    }
  })

  it('fits with every question open', () => {
    const run = enterUntil(drive(sessionInput()), 'database')
    run.press(keys.down).enter()
    expectToFit(frame(run.session, size), size)
    expect(frame(run.session, size)).toContain('Database host')
  })

  it.each([
    ['on its way', rollingEvents],
    ['failing', imageEvents],
  ])('fits while a deploy is %s', (_, events) => {
    const run = enterUntil(drive(sessionInput(), { events, withoutResult: true }), 'review').enter()
    const text = frame(run.session, size)
    expectToFit(text, size)
    expect(text).toContain('kind-test')
    for (const panel of ['l', 'e']) expectToFit(frame(run.press(panel).session, size), size)
  })
})

describe('a question', () => {
  it('has one look for options, another for fields', () => {
    const run = enterUntil(drive(sessionInput()), 'database')
    expect(frame(run.session)).toMatchInlineSnapshot(`
      "
        Database                                                              5 of 13

        › ● embedded   one PostgreSQL 18 in the namespace: simple, but one instance
          ○ external   a PostgreSQL that you run or rent

          Database volume   5Gi                                            preset dev
          Storage class     the cluster's default class

        Where experiments, runs and users are kept. Embedded runs one PostgreSQL in
        the namespace; for high availability choose external.

        Enter go on   Up/Down move   Esc back   Ctrl-C quit"
    `)
  })

  it('shows what is wrong while one types, and what would be right', () => {
    const run = enterUntil(drive(sessionInput()), 'target').press(`${keys.ctrlU}My_Space`)
    const text = frame(run.session)
    expect(text).toContain('Not accepted:')
    expect(text).toContain('Tab takes my-space')
    expect(text).toContain('not accepted')
  })

  it('shows secrets at a fixed width', () => {
    const run = enterUntil(drive(sessionInput()), 'authentication').press(`${keys.down}${keys.down}`)
    const widths = ['short-one-12', 'a much longer password than that'].map((typed) => {
      const text = frame(run.press(`${keys.ctrlU}${typed}`).session)
      expect(text).not.toContain(typed)
      return /\*+/.exec(text)?.[0].length
    })
    expect(widths).toEqual([8, 8])
  })

  it('tells where an answer comes from', () => {
    const run = enterUntil(drive(sessionInput()), 'database')
    expect(frame(run.session)).toMatch(/Database volume +5Gi +preset dev/)
    run.press(`${keys.down}${keys.down}${keys.ctrlU}7Gi`)
    expect(frame(run.session)).toMatch(/Database volume +7Gi +you/)
  })

  it('warns the prod preset of single points of failure', () => {
    const run = drive(sessionInput()).enter().press(keys.down).enter()
    expect(frame(enterUntil(run, 'database').session)).toContain('a node failure stops MLflow')
    expect(frame(enterUntil(run, 'network').session)).toContain('threads-agent/app=persona-runtime')
  })
})

describe('prerequisites', () => {
  it('put what fails first, with its remedy', () => {
    const checks = [
      ...someChecks,
      check('storage', 'fail', 'no default StorageClass: the volume would wait for ever', {
        text: 'Choose one.',
        command: 'kubectl patch storageclass local-path',
      }),
    ]
    const text = frame(enterUntil(drive(sessionInput(), { checks }), 'prerequisites').session)
    expect(text).toMatchInlineSnapshot(`
      "
        Prerequisites                                                         3 of 13

      › FAIL  no default StorageClass: the volume would wait for ever
              Choose one.
              kubectl patch storageclass local-path
        warn  metrics-server is missing: the autoscaler cannot see load
        ok    helm 4.1.4
        ok    cluster answers in 38 ms, Kubernetes 1.35.0
        ok    storage-class: default StorageClass local-path

        1 failed. Nothing was changed so far; solve it, then r or a.

        r retry this one   a retry all   Up/Down move   Esc back   Ctrl-C quit"
    `)
  })
})

describe('review', () => {
  it('shows answers with their sources, the difference, warnings and the command', () => {
    const text = frame(enterUntil(drive(sessionInput()), 'review').session, sizes[2])
    expect(text).toMatchInlineSnapshot(`
      "
        Review                                                                                   13 of 13

        › Cluster                 kind-test   Kubernetes v1.35.0                                      you
          Preset                  dev   1 replica, authentication, everything in the cluster      default
          Namespace and release   mlflow, release mlflow   new                                    default
          Database                embedded, 5Gi                                                preset dev
          Artifacts               embedded, 10Gi                                                  default
          Access                  port-forward                                                    default
          Authentication          on, admin, password generated                                   default
          Network policy          off                                                             default
          Backup                  off                                                             default
          Monitoring and tracing  metrics off                                                     default
          Size                    replicas 1, CPU request 250m, memory request 512Mi, CPU li…  preset dev

        ! one database instance: a node failure stops MLflow

        ~ replicaCount 1 -> 2

        helm upgrade --install mlflow chart -f mlflow-values.yaml

        Enter deploys to kind-test, namespace mlflow. d shows 1 warning and 1 change.

        Enter deploy   e edit this line   d full diff   s save and leave   Esc back   Up/Down move"
    `)
  })
})

describe('the health watch', () => {
  const deploying = (events: typeof rollingEvents): Driven =>
    enterUntil(drive(sessionInput(), { events, withoutResult: true }), 'review').enter()

  it('shows workloads, pods and probes', () => {
    expect(frame(deploying(rollingEvents).session, { columns: 100, rows: 24 })).toMatchInlineSnapshot(`
      "  mlflow  kind-test / mlflow  revision 1                           00:41  usual 1m 50s  progressing
        secrets ok › helm ok › database ok › server ... › smoke test

        WORKLOAD           READY  POD                  STATUS             PROBES          RST
        mlflow-postgresql  1/1    mlflow-postgresql-0  Running            S -  R ok L ok  0
        mlflow             0/2    mlflow-abc-klmno     ContainerCreating  S -  R .. L ..  0
                                  mlflow-abc-fghij     Running            S -  R ok L ok  0

        l logs   e events   q leave it running"
    `)
  })

  it('names the cause and what to do', () => {
    expect(frame(deploying(imageEvents).session)).toMatchInlineSnapshot(`
      "  mlflow  kind-test / mlflow  revision 1           01:12  usual 1m 50s  FAILING
        secrets ok › helm ok › database ok › server FAILING › smoke test

        READY  POD                  STATUS            PROBES          RST
        1/1    mlflow-postgresql-0  Running           S -  R ok L ok  0
        0/2    mlflow-abc-fghij     ImagePullBackOff  S -  R .. L ..  0
               mlflow-abc-klmno     ImagePullBackOff  S -  R .. L ..  0

        WHY   mlflow (2 pods): image ghcr.io/mlflow/mlflow:v3.81.0-full does not
              exist
              Back-off pulling image: manifest unknown: not found
        DO    mlflow-setup install --image-tag v3.18.0-full

        l logs   e events   q leave it running"
    `)
  })

  it('shows the smoke test step by step', () => {
    const run = enterUntil(
      drive(sessionInput(), { events: (at) => happyEvents(at).slice(0, -3), withoutResult: true }),
      'review',
    ).enter()
    const text = frame(run.session)
    expect(text).toContain('Smoke test  5 of 7')
    expect(text).toMatch(/ok +artifact uploaded/)
  })

  it('says since when the API is silent', () => {
    const run = deploying(rollingEvents).act({ type: 'flow', event: { type: 'stale', at: 1_050_000, since: 1_038_000 } })
    expect(frame(run.session)).toContain('no word from the API for 12s')
  })

  it('asks before it leaves a deploy', () => {
    const text = frame(deploying(rollingEvents).press(keys.ctrlC).session)
    expect(text).toContain('s stop   l leave it running   c cancel')
  })
})

describe('signs', () => {
  it('have ASCII twins', () => {
    const run = enterUntil(drive(sessionInput()), 'database')
    const environments: Record<string, string>[] = [
      { TERM: 'dumb' },
      { TERM: 'linux' },
      { MLFLOW_SETUP_ASCII: '1' },
      { LC_ALL: 'C' },
    ]
    for (const env of environments) {
      expect(frame(run.session, sizes[0], env)).toMatch(/^[\x00-\x7f]*$/)
    }
    const watch = enterUntil(drive(sessionInput(), { events: imageEvents, withoutResult: true }), 'review').enter().session.watch!
    const text = renderToString(
      <ThemeContext.Provider value={themeFor({ TERM: 'linux' })}>
        <WatchScreen watch={watch} size={sizes[0]!} />
      </ThemeContext.Provider>,
      { columns: 40 },
    )
    expect(text).toMatch(/^[\x00-\x7f]*$/)
  })
})

describe('receipts', () => {
  it('are printed once, whatever is drawn below them', () => {
    const run = drive(sessionInput())
    const { rerender, lastFrame } = render(<Wizard session={run.session} size={sizes[1]!} />)
    for (let i = 0; i < 6; i++) {
      run.enter()
      rerender(<Wizard session={run.session} size={sizes[1]!} />)
    }
    run.press(keys.escape).enter()
    rerender(<Wizard session={run.session} size={sizes[1]!} />)
    const lines = (lastFrame() ?? '').split('\n')
    for (const label of ['Cluster', 'Preset', 'Prerequisites', 'Namespace and release', 'Database']) {
      expect(lines.filter((line) => line.startsWith(`  ${label} `))).toHaveLength(1)
    }
  })
})
