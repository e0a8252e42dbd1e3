import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ensureTools } from '../../../scripts/lib/setup.mjs'
import { ValuesDocument } from '../../../src/core/settings/document.js'

const tools = await ensureTools()
const folder = mkdtempSync(join(tmpdir(), 'mlflow-setup-values-'))
mkdirSync(join(folder, 'chart', 'templates'), { recursive: true })
writeFileSync(join(folder, 'chart', 'Chart.yaml'), 'apiVersion: v2\nname: probe\nversion: 0.1.0\n')
writeFileSync(join(folder, 'chart', 'templates', 'values.yaml'), 'seen: {{ .Values | toJson | b64enc }}\n')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function helmReads(helm: string, text: string): unknown {
  const file = join(folder, 'values.yaml')
  writeFileSync(file, text)
  const rendered = execFileSync(helm, ['template', 'probe', join(folder, 'chart'), '-f', file], { encoding: 'utf8' })
  return JSON.parse(Buffer.from(/seen: (\S+)/.exec(rendered)![1]!, 'base64').toString('utf8'))
}

const odd = [
  'yes',
  'No',
  'y',
  'n',
  'on',
  'OFF',
  'true',
  'null',
  '~',
  '',
  '1e3',
  '0123',
  '0o17',
  '0x1F',
  '0b11',
  '1_000',
  '+1',
  '.5',
  '.inf',
  '.NaN',
  '12:30',
  '12:30:45',
  '2001-01-01',
  '<<',
  '=',
]
const syntax = [
  '#x',
  ' #leading-blank',
  'ends-with-blank ',
  '"quoted"',
  "it's",
  'back\\slash',
  '$(HOSTNAME)',
  '${HOME}',
  '`id`',
  '{a,b}',
  '[a]',
  'пароль-密码-🔑',
  '!bang',
  '*star',
  '&anchor',
  'a: b',
  'a #b',
  '- a',
  '? a',
  '@x',
  '%x',
  '50%off%40day',
  'qT4,vz\\kW=7[0].p{r}',
  'tab\there',
  'two\nlines',
  '|',
  '>',
]

// Strings must come out of Helm as they went in: Helm reads YAML 1.1, most libraries write YAML 1.2.
describe.each([
  ['Helm 4', tools?.helm4],
  ['Helm 3', tools?.helm3],
])('%s reads what a values document', (_, helm) => {
  it('writes', () => {
    const values = Object.fromEntries([...odd, ...syntax].map((text, i) => [`k${i}`, text]))
    expect(helmReads(helm!, ValuesDocument.from(values, 'v.yaml').toString())).toEqual(values)
  })

  it('reads', () => {
    const text =
      'a: yes\nb: Off\nc: y\nd: 0123\ne: 12:30:45\nf: 1_000\ng: 1e3\nh: ~\ni: 0x1F\nj: 2001-01-01\nk: .5\nl: "yes"\nm: &x {p: 1}\no: {<<: *x, q: 2}\n'
    const { h: nothing, ...values } = ValuesDocument.parse(text, 'v.yaml').toObject()
    expect(nothing).toBeNull()
    const { h: __, ...seen } = helmReads(helm!, text) as Record<string, unknown>
    expect(values).toEqual(seen)
  })
})
