import type { ChartFiles } from '../../../src/core/plan/types.js'

/** A small chart: what plans need to know of one, independent of the real chart's changes. */
export const chart: ChartFiles = {
  path: '/chart',
  version: '1.0.0',
  appVersion: '3.18.0',
  defaults: {
    replicaCount: 1,
    ingress: { enabled: false, className: '', hosts: [] },
    tls: { mode: 'none', secretName: '' },
    auth: { enabled: true, username: 'admin' },
    secrets: { existingSecret: '' },
    postgresql: { enabled: true, persistence: { size: '10Gi' } },
    backendStore: { uri: '', host: '', port: 5432, database: 'mlflow', authDatabase: 'mlflow_auth', username: '' },
    objectStore: { enabled: true, persistence: { size: '20Gi' } },
    backup: { enabled: false, schedule: '0 2 * * *', retention: 7, encryption: { existingSecret: '' } },
    env: [],
  },
  schema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      replicaCount: { type: 'integer', minimum: 1 },
      ingress: {
        type: 'object',
        additionalProperties: false,
        properties: {
          enabled: { type: 'boolean' },
          className: { type: 'string' },
          hosts: { type: 'array', items: { type: 'object', properties: { host: { type: 'string' } }, required: ['host'] } },
        },
      },
      image: { type: 'object', properties: { tag: { type: 'string' } } },
      resources: {
        type: 'object',
        properties: { limits: { type: 'object', properties: { cpu: { anyOf: [{ type: 'string' }, { type: 'number' }] } } } },
      },
      backup: {
        type: 'object',
        properties: { enabled: { type: 'boolean' }, schedule: { type: 'string' }, retention: { type: 'integer' } },
        required: ['schedule'],
      },
      service: { type: 'object', properties: { type: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] } } },
      env: { type: 'array' },
    },
  },
  presets: {
    dev: '# Small and simple\nauth:\n  enabled: true # never without\n',
    prod: '# For people who rely on it\nreplicaCount: 2 # survives a node\nbackup:\n  enabled: true\n',
  },
}

export const target = { context: 'k3d-threads', namespace: 'mlflow', release: 'mlflow' }
