import { runningStage, type DeployModel } from '../../../core/deploy/model.js'
import { smokeSteps } from '../../../core/smoke/steps.js'
import { formatDuration } from '../../../core/text/duration.js'
import { clipLine, span, type LineOf } from '../line.js'
import type { Glyphs } from '../theme.js'

/** What is at work when there are no pods to look at: the checks, Helm's last words, the smoke test's steps. */
export function stageLines(model: DeployModel, width: number, glyphs: Glyphs): LineOf[] {
  const stage = runningStage(model)?.stage
  if (model.smoke.length > 0 || stage === 'smoke') return smokeLines(model, width, glyphs)
  const line = (text: string, tone: 'plain' | 'dim' = 'plain') => clipLine([span('  '), span(text, tone)], width, glyphs.ellipsis)
  switch (stage) {
    case 'preflight': {
      const bad = model.checks.filter((c) => c.state === 'fail' || c.state === 'warn')
      return [
        line(`Checking the prerequisites: ${model.checks.length} answered.`),
        ...bad.map((c) => line(`${c.state === 'fail' ? 'FAIL' : 'warn'}  ${c.evidence.split('\n')[0]}`)),
      ]
    }
    case 'secrets':
      return [line('Making the namespace and the Secrets.'), ...model.notes.map((note) => line(note, 'dim'))]
    case 'helm':
      return [line('Helm applies the chart.'), ...model.helmTail.slice(-6).map((text) => line(text, 'dim'))]
    case 'rollout':
      return [line('Waiting for the first pods.')]
    default:
      return model.result ? model.notes.slice(-4).map((note) => line(note, 'dim')) : [line('Starting.')]
  }
}

function smokeLines({ smoke, result }: DeployModel, width: number, glyphs: Glyphs): LineOf[] {
  const head: LineOf = [
    span('  '),
    span('Smoke test', 'plain', true),
    span(`  ${smoke.filter((s) => s.ok).length} of ${smokeSteps.length}`, 'dim'),
  ]
  const next = smokeSteps.findIndex((step) => !smoke.some((s) => s.step === step.id))
  const rows = smokeSteps.map(({ id, title }, i): LineOf => {
    const done = smoke.find((s) => s.step === id)
    if (done)
      return clipLine(
        [
          span('    '),
          done.ok ? span('ok    ', 'good') : span('FAIL  ', 'bad', true),
          span(title),
          span(`  ${done.ok ? formatDuration(done.ms) : done.detail}`, 'dim'),
        ],
        width,
        glyphs.ellipsis,
      )
    return [span('    '), span(i === next && !result ? '...   ' : '      ', 'accent'), span(title, 'dim')]
  })
  return [head, ...rows]
}
