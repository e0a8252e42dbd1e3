import type { Session } from '../../../core/wizard/types.js'
import { fill } from '../../../core/text/width.js'
import { blank, span, type LineOf } from '../line.js'

const labelWidth = 24

/** What stays in the scrollback: the program's name, then one line for each answered step, in the order of answering. */
export function permanentLines({ input, receipts }: Session): LineOf[] {
  const banner: LineOf[] = [
    [
      span('  '),
      span(`mlflow-setup ${input.version}`, 'accent', true),
      span(`   MLflow ${input.chart.appVersion} for Kubernetes`, 'dim'),
    ],
    blank,
  ]
  return [...banner, ...receipts.map(({ label, text }): LineOf => [span(`  ${fill(label, labelWidth)}`, 'dim'), span(text)])]
}
