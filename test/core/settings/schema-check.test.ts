import { expect, it } from 'vitest'
import { checkValues } from '../../../src/core/settings/schema-check.js'
import { chart } from '../plan/chart-fixture.js'

const check = async (text: string) =>
  (await checkValues(text, 'prod.yaml', chart.schema, chart.defaults as never)).filter(
    (p) => !['auth', 'tls', 'secrets', 'postgresql', 'backendStore', 'objectStore'].includes(p.path),
  )

it.each([
  ['a: 1\nreplicaCuont: 2\n', 2, 1, 'replicaCuont', 'unknown key "replicaCuont"', 'replicaCount'],
  ['ingress:\n  classname: nginx\n', 2, 3, 'ingress.classname', 'unknown key "classname"', 'className'],
  ['replicaCount: "two"\n', 1, 1, 'replicaCount', 'must be a whole number, is the text "two"', undefined],
  ['replicaCount: "2"\n', 1, 1, 'replicaCount', 'must be a whole number, is the text "2"', '2'],
  ['image: {tag: 1.10}\n', 1, 9, 'image.tag', 'must be a text, is the number "1.10"', '"1.10"'],
  ['ingress: {enabled: "yes"}\n', 1, 11, 'ingress.enabled', 'must be true or false, is the text "yes"', 'true'],
  [
    'ingress: {hosts: a.example.com}\n',
    1,
    11,
    'ingress.hosts',
    'must be a list, is the text "a.example.com"',
    '["a.example.com"]',
  ],
  [
    'service:\n  type: clusterip\n',
    2,
    3,
    'service.type',
    '"clusterip" is none of ClusterIP, NodePort, LoadBalancer',
    'ClusterIP',
  ],
  ['replicaCount: 0\n', 1, 1, 'replicaCount', '0 is not between 1 and 100', '1'],
  ['resources: {limits: {cpu: [1]}}\n', 1, 22, 'resources.limits.cpu', 'must be a text or a number, is a list', undefined],
  [
    'backup:\n  schedule: "0 0 2 * * *"\n',
    2,
    3,
    'backup.schedule',
    '6 fields, Kubernetes takes five: the first (seconds, "0") is too many',
    '0 2 * * *',
  ],
  [
    'ingress:\n  hosts:\n    - host: https://x.example.com/\n',
    3,
    7,
    'ingress.hosts[0].host',
    'only the host, without the scheme',
    'x.example.com',
  ],
])('explains %j', async (text, line, column, path, reason, suggestion) => {
  const problem = (await check(text)).find((p) => p.path === path)
  expect(problem).toEqual({ file: 'prod.yaml', line, column, path, reason, ...(suggestion === undefined ? {} : { suggestion }) })
})

it('accepts what is right, and leaves what is missing to other layers', async () => {
  expect(await check('replicaCount: 2\nbackup: {enabled: yes}\nresources: {limits: {cpu: 2}}\nimage: {tag: null}\n')).toEqual([])
  expect(await checkValues('', 'f', chart.schema)).toEqual([])
})

it('throws for what is no values file', async () => {
  await expect(check('- a\n')).rejects.toThrow('prod.yaml:1:1: a values file is a map of keys, this is a list')
})
