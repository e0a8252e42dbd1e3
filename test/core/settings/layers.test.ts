import { describe, expect, it } from 'vitest'
import {
  envLayer,
  fileLayer,
  flagLayer,
  personLayer,
  presetLayer,
  releaseLayer,
  resolve,
} from '../../../src/core/settings/layers.js'
import { deletePath, formatPath, getPath, parsePath, setPath } from '../../../src/core/settings/path.js'
import { parseDatabaseUri } from '../../../src/core/settings/guide.js'

const defaults = {
  replicaCount: 1,
  ingress: { enabled: false, className: '', hosts: [] },
  backup: { enabled: false, retention: 7 },
  postgresql: { enabled: true },
}

describe('layers', () => {
  it('let the stronger win, whatever their order, and say where each answer is from', () => {
    const layers = [
      flagLayer({ replicas: '4' }).layer,
      presetLayer('prod', 'replicaCount: 2\nbackup: {enabled: true}\n').layer,
      envLayer({ MLFLOW_SETUP_REPLICAS: '3', MLFLOW_SETUP_BACKUP: 'no', MLFLOW_SETUP_HOST: '' }).layer,
      fileLayer('prod.yaml', 'backup: {retention: 30}\nmine: 1\n').layer,
    ]
    const { answers, provenance, values } = resolve(layers, defaults)
    expect([answers['size.replicas'], provenance['size.replicas']]).toEqual([4, { source: 'flag', label: 'flag --replicas' }])
    expect([answers['backup.enabled'], provenance['backup.enabled']?.label]).toEqual([false, 'MLFLOW_SETUP_BACKUP'])
    expect([answers['backup.retention'], provenance['backup.retention']?.label]).toEqual([30, '-f prod.yaml'])
    expect(provenance['access.mode']).toEqual({ source: 'chart', label: 'chart default' })
    expect([answers.namespace, provenance.namespace?.label]).toEqual(['mlflow', 'default'])
    expect(values).toEqual({ replicaCount: 4, backup: { enabled: false, retention: 30 }, mine: 1 })
  })

  it('let a host turn the Ingress on, unless told otherwise', () => {
    const preset = presetLayer('prod', 'ingress: {enabled: false}\n').layer
    const host = flagLayer({ host: 'a.example.com' }).layer
    const on = resolve([preset, host], defaults)
    expect([on.answers['access.mode'], on.provenance['access.mode']?.label]).toEqual(['ingress', 'flag --host'])
    expect(on.values).toEqual({ ingress: { enabled: true, hosts: [{ host: 'a.example.com' }] } })
    expect(
      resolve([preset, flagLayer({ host: 'a.example.com', access: 'port-forward' }).layer], defaults).answers['access.mode'],
    ).toBe('port-forward')
    expect(resolve([preset, host, personLayer({ 'access.mode': 'port-forward' })], defaults).answers['access.mode']).toBe(
      'port-forward',
    )
    expect(resolve([fileLayer('f', 'ingress: {hosts: [{host: a.example.com}]}\n').layer], defaults).answers['access.mode']).toBe(
      'ingress',
    )
    expect(
      resolve([fileLayer('f', 'ingress: {enabled: false, hosts: [{host: a.example.com}]}\n').layer], defaults).answers[
        'access.mode'
      ],
    ).toBe('port-forward')
  })

  it('imply from flags only what the chart does not do by itself', () => {
    expect(resolve([flagLayer({ 'backup-schedule': '@daily' }).layer], defaults).answers['backup.enabled']).toBe(true)
    expect(resolve([fileLayer('f', 'backup: {schedule: "@daily"}\n').layer], defaults).answers['backup.enabled']).toBe(false)
    expect(resolve([flagLayer({ serviceMonitor: false }).layer], defaults).answers['metrics.enabled']).toBeUndefined()
    expect(resolve([flagLayer({ tlsCert: './a.crt', tlsKey: './a.key' }).layer], defaults).answers['tls.mode']).toBe('files')
  })

  it('take the answers of a replaced list along', () => {
    const layers = [
      presetLayer('prod', 'ingress: {enabled: true, hosts: [{host: old.example.com}]}\n').layer,
      fileLayer('f', 'ingress: {hosts: []}\n').layer,
    ]
    expect(resolve(layers, defaults).answers['access.host']).toBeUndefined()
  })

  it('treat null as "no default", as Helm does', () => {
    const { answers, values } = resolve([fileLayer('f', 'backup: {retention: null}\n').layer], defaults)
    expect(answers['backup.retention']).toBeUndefined()
    expect(values).toEqual({ backup: { retention: null } })
  })

  it('read the aliases and credentials of the guide', () => {
    const { layer, warnings } = fileLayer(
      'guide.yaml',
      [
        'minio: {enabled: false, auth: {rootPassword: secure-minio-password}}',
        'auth: {enabled: true, username: admin, password: secure-password}',
        'postgresql: {enabled: false}',
        'backendStore: {uri: "postgresql://user:p%40ss@external-postgres:5432/mlflow?sslmode=require"}',
        'env: [{name: AWS_ACCESS_KEY_ID, value: your-key}, {name: OTHER, value: kept}]',
      ].join('\n'),
    )
    const { answers, values } = resolve([layer], defaults)
    expect(answers).toMatchObject({
      'artifacts.mode': 'external',
      'artifacts.accessKey': 'your-key',
      'artifacts.secretKey': 'secure-minio-password',
      'auth.password': 'secure-password',
      'database.mode': 'external',
      'database.host': 'external-postgres',
      'database.port': 5432,
      'database.name': 'mlflow',
      'database.user': 'user',
      'database.password': 'p@ss',
      'database.sslMode': 'require',
    })
    expect(values.env).toEqual([{ name: 'OTHER', value: 'kept' }])
    expect(JSON.stringify(values)).not.toMatch(/secure-|p@ss|p%40ss|your-key/)
    expect(warnings).toHaveLength(4)
    expect(warnings.join()).not.toMatch(/secure-(password|minio)|p@ss|your-key/)
  })

  it('read the release that is there', () => {
    expect(resolve([releaseLayer('replicaCount: 5\n').layer], defaults).provenance['size.replicas']).toEqual({
      source: 'release',
      label: 'release',
    })
    expect(releaseLayer('null\n').layer.values).toEqual({})
  })

  it('report what cannot be read, with the name under which it was given', () => {
    const { problems } = flagLayer({ replicas: 'two', database: 'extrenal' })
    expect(problems.map((p) => [p.given, p.problem.suggestion])).toEqual([
      ['--database', 'external'],
      ['--replicas', undefined],
    ])
    expect(envLayer({ MLFLOW_SETUP_HSOT: 'x', MLFLOW_SETUP_KUBECTL: 'y' }, ['MLFLOW_SETUP_KUBECTL']).warnings).toEqual([
      'MLFLOW_SETUP_HSOT is not known: did you mean MLFLOW_SETUP_HOST?',
    ])
  })

  it('collect repeated flags, and drop one line end of a secret file', () => {
    const { answers } = flagLayer({ client: ['a/app=x', 'b'], 'admin-password': ' secret-with-blanks \n' }).layer
    expect(answers).toEqual({
      'network.clients': [{ namespace: 'a', podLabels: { app: 'x' } }, { namespace: 'b' }],
      'auth.password': ' secret-with-blanks ',
    })
  })
})

describe('database URIs', () => {
  it.each([
    [
      'postgresql://mlflow%40tenant:50%25off%2540day@db.example.internal:5432/mlflow',
      { username: 'mlflow@tenant', password: '50%off%40day', host: 'db.example.internal', port: 5432, database: 'mlflow' },
    ],
    [
      'postgresql://mlflow:un1que@and:g00d/pw@db.example.internal:5432/mlflow',
      { username: 'mlflow', password: 'un1que@and:g00d/pw', host: 'db.example.internal' },
    ],
    ['postgresql+psycopg2://u:50%off@h/d', { password: '50%off', host: 'h', database: 'd' }],
    ['postgres://h', { host: 'h' }],
    ['postgresql://u@[2001:db8::1]:5433/d', { host: '2001:db8::1', port: 5433 }],
  ])('reads %s', (uri, parts) => expect(parseDatabaseUri(uri)).toMatchObject(parts))

  it.each(['sqlite:///x.db', 'mysql://u:p@h/d', '', 'postgresql://'])('does not read %s', (uri) =>
    expect(parseDatabaseUri(uri)).toBeUndefined(),
  )
})

describe('paths', () => {
  it('read, write and delete without touching the original', () => {
    const tree = { a: { b: [{ c: 1 }] } }
    expect(getPath(tree, 'a.b[0].c')).toBe(1)
    expect(setPath(tree, 'a.b[1].c', 2)).toEqual({ a: { b: [{ c: 1 }, { c: 2 }] } })
    expect(deletePath(tree, 'a.b[0].c')).toEqual({ a: { b: [{}] } })
    expect(tree).toEqual({ a: { b: [{ c: 1 }] } })
    expect(getPath({}, 'constructor')).toBeUndefined()
    expect(parsePath('x["app.kubernetes.io/name"][2]')).toEqual(['x', 'app.kubernetes.io/name', 2])
    expect(formatPath(['x', 'app.kubernetes.io/name', 2])).toBe('x["app.kubernetes.io/name"][2]')
    expect(() => parsePath('a..')).toThrow('not a values path')
  })
})
