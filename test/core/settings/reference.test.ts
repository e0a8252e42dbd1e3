import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalog } from '../../../src/core/settings/catalog.js'
import { parseAnswer, toStored } from '../../../src/core/settings/codec.js'
import { ValuesDocument } from '../../../src/core/settings/document.js'
import { setPath } from '../../../src/core/settings/path.js'
import { otherKeys, presetTable, referenceRows, settingsPage } from '../../../src/core/settings/reference.js'
import { checkValues } from '../../../src/core/settings/schema-check.js'
import { chart as fixture } from '../plan/chart-fixture.js'
import { chart, root } from '../plan/real-chart.js'

describe('the reference', () => {
  it('has each setting with what each preset answers', () => {
    const rows = referenceRows(fixture)
    expect(rows.map((row) => row.setting.id)).toEqual(catalog.map((setting) => setting.id))
    expect(rows.find((row) => row.setting.id === 'backup.enabled')).toMatchObject({
      flags: '--backup, --no-backup',
      env: 'MLFLOW_SETUP_BACKUP',
      path: 'backup.enabled',
      defaults: { chart: 'false', dev: 'false', prod: 'true' },
    })
    expect(rows.find((row) => row.setting.id === 'access.host')?.flags).toBe('--host HOST')
    expect(rows.find((row) => row.setting.id === 'auth.password')?.flags).toBe('--admin-password-file FILE')
  })

  it('has every other key of the schema', () => {
    const paths = otherKeys(fixture).map((key) => key.path)
    expect(paths).toEqual(['ingress.hosts', 'service.type', 'env'])
  })

  it('is what docs/settings.md says: run "node scripts/gen-docs.mjs" after a change', async () => {
    expect(await readFile(join(root, 'docs', 'settings.md'), 'utf8')).toBe(settingsPage(await chart()))
    expect(await readFile(join(root, 'README.md'), 'utf8')).toContain(
      `<!-- presets -->\n${presetTable(await chart())}<!-- /presets -->`,
    )
  })
})

describe('the catalog and the chart', () => {
  it('agree on every path', async () => {
    const { schema, defaults } = await chart()
    for (const setting of catalog) {
      if (setting.path === undefined) continue
      const texts = setting.options?.map((option) => String(option.value)) ?? [
        setting.example ?? (setting.kind === 'toggle' ? 'yes' : '1Gi'),
      ]
      for (const text of texts) {
        const stored = toStored(setting, parseAnswer(setting, text).value!)
        const yaml = ValuesDocument.from(setPath({}, setting.path, stored), 'v').toString()
        const problems = await checkValues(yaml, 'v', schema, defaults)
        expect([
          setting.path,
          text,
          problems.filter((problem) => problem.path === setting.path || problem.reason.startsWith('unknown key')),
        ]).toEqual([setting.path, text, []])
      }
    }
  })
})
