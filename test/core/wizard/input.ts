import type { ChartFiles } from '../../../src/core/plan/types.js'
import type { SessionInput } from '../../../src/core/wizard/types.js'

/** A chart with what the wizard reads of it: defaults and presets. */
export const chart: ChartFiles = {
  path: '/chart',
  version: '0.1.0',
  appVersion: '3.18.0',
  schema: {},
  defaults: {
    replicaCount: 1,
    image: { tag: '' },
    resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '1', memory: '2Gi' } },
    autoscaling: { enabled: false, minReplicas: 2, maxReplicas: 10 },
    ingress: { enabled: false, className: '', hosts: [] },
    tls: { mode: 'none', secretName: '', issuer: { name: '', kind: 'ClusterIssuer' } },
    auth: { enabled: true, username: 'admin' },
    postgresql: { enabled: true, persistence: { size: '8Gi' } },
    backendStore: {
      host: '',
      port: 5432,
      database: 'mlflow',
      authDatabase: 'mlflow_auth',
      username: 'mlflow',
      sslMode: 'prefer',
    },
    objectStore: { enabled: true, persistence: { size: '10Gi' } },
    artifactStore: { uri: '', endpoint: '', region: '', pathStyle: false },
    networkPolicy: {
      enabled: false,
      clients: [],
      ingressController: { namespace: '' },
      monitoring: { namespace: '' },
      externalEgressCIDRs: [],
    },
    backup: {
      enabled: false,
      schedule: '0 2 * * *',
      timeZone: 'Etc/UTC',
      retention: 7,
      destination: { bucket: '', endpoint: '', region: '' },
    },
    metrics: { enabled: false, serviceMonitor: { enabled: false } },
    tracing: { enabled: false, endpoint: '', samplingRatio: 0.1 },
    global: { storageClass: '' },
  },
  presets: {
    dev: 'postgresql:\n  persistence:\n    size: 5Gi\nreplicaCount: 1\n',
    prod: 'postgresql:\n  persistence:\n    size: 20Gi\nreplicaCount: 2\nautoscaling:\n  enabled: true\nnetworkPolicy:\n  enabled: true\nbackup:\n  enabled: true\nmetrics:\n  enabled: true\n',
  },
}

/** Input of a session: one cluster, nothing given before. */
export function sessionInput(over: Partial<SessionInput> = {}): SessionInput {
  return {
    version: '0.1.0',
    rehearsal: false,
    chart,
    layers: [],
    contexts: [
      { name: 'kind-test', current: true },
      { name: 'prod-eu', current: false },
    ],
    ...over,
  }
}
