import { problemOfInvisible } from '../../text/characters.js'
import { problemOfNamespace, problemOfRelease } from '../../text/names.js'
import type { Setting } from '../types.js'
import { text } from './validators.js'

/** Where and from what: cluster, preset, namespace and release. None of them is in the values file. */
export const placeSettings: readonly Setting[] = [
  {
    id: 'context',
    section: 'cluster',
    flag: 'context',
    kind: 'text',
    title: 'Cluster',
    help: 'The kubeconfig context of the cluster to install into. Without it, the current context.',
    example: 'k3d-threads',
    required: () => true,
    validate: text((typed) => problemOfInvisible(typed)),
  },
  {
    id: 'preset',
    section: 'preset',
    flag: 'preset',
    kind: 'choice',
    title: 'Preset',
    help: 'Fills every other answer: dev is small and simple, prod is replicated, guarded and backed up.',
    options: [
      { value: 'dev', label: 'dev', hint: '1 replica, authentication, everything in the cluster' },
      { value: 'prod', label: 'prod', hint: '2-10 replicas, authentication, network policies, daily backup' },
    ],
    required: () => true,
    fallback: () => 'dev',
  },
  {
    id: 'namespace',
    section: 'target',
    flag: 'namespace',
    kind: 'text',
    title: 'Namespace',
    help: 'The Kubernetes namespace; it is made when it does not exist.',
    example: 'mlflow',
    required: () => true,
    fallback: () => 'mlflow',
    validate: text(problemOfNamespace),
  },
  {
    id: 'release',
    section: 'target',
    flag: 'release',
    kind: 'text',
    title: 'Release',
    help: 'The Helm release; objects are named after it. With "mlflow" the Service is mlflow.',
    example: 'mlflow',
    required: () => true,
    fallback: () => 'mlflow',
    validate: text(problemOfRelease),
  },
]
