import { problemOfEndpoint, problemOfRegion, problemOfS3Uri } from '../../text/address.js'
import { problemOfCredential } from '../../text/password.js'
import type { Setting } from '../types.js'
import { quantity, text } from './validators.js'
import { artifactsEmbedded, artifactsExternal } from './when.js'

export const artifactSettings: readonly Setting[] = [
  {
    id: 'artifacts.mode',
    section: 'artifacts',
    path: 'objectStore.enabled',
    flag: 'artifacts',
    kind: 'choice',
    title: 'Artifacts',
    help: 'Where models and files are kept. Embedded runs one S3-compatible store in the namespace; external is any S3 bucket.',
    options: [
      { value: 'embedded', stored: true, label: 'embedded', hint: 'one SeaweedFS in the namespace: simple, but one instance' },
      { value: 'external', stored: false, label: 'external', hint: 'a bucket of S3 or a compatible store' },
    ],
    required: () => true,
  },
  {
    id: 'artifacts.size',
    section: 'artifacts',
    path: 'objectStore.persistence.size',
    flag: 'artifacts-size',
    kind: 'text',
    title: 'Artifact volume',
    help: "Size of the embedded object store's volume. Embedded backups are kept on it too.",
    example: '50Gi',
    when: artifactsEmbedded,
    required: artifactsEmbedded,
    validate: quantity('storage'),
  },
  {
    id: 'artifacts.uri',
    section: 'artifacts',
    path: 'artifactStore.uri',
    flag: 'artifacts-uri',
    kind: 'text',
    title: 'Artifact address',
    help: 'Bucket and prefix of the external store.',
    example: 's3://ml-artifacts/mlflow',
    when: artifactsExternal,
    required: artifactsExternal,
    implies: [{ setting: 'artifacts.mode', value: 'external' }],
    validate: text((typed, a) => problemOfS3Uri(typed, { pathStyle: a['artifacts.pathStyle'] === true })),
  },
  {
    id: 'artifacts.endpoint',
    section: 'artifacts',
    path: 'artifactStore.endpoint',
    flag: 'artifacts-endpoint',
    kind: 'text',
    title: 'S3 endpoint',
    help: 'Address of an S3-compatible store. Empty: Amazon S3.',
    example: 'https://s3.example.com',
    when: artifactsExternal,
    validate: text((typed) => problemOfEndpoint(typed)),
  },
  {
    id: 'artifacts.region',
    section: 'artifacts',
    path: 'artifactStore.region',
    flag: 'artifacts-region',
    kind: 'text',
    title: 'S3 region',
    help: 'Region of the bucket. Stores without regions take any, or none.',
    example: 'eu-central-1',
    when: artifactsExternal,
    validate: text(problemOfRegion),
  },
  {
    id: 'artifacts.pathStyle',
    section: 'artifacts',
    path: 'artifactStore.pathStyle',
    flag: 'artifacts-path-style',
    kind: 'toggle',
    title: 'S3 path style',
    help: 'Put the bucket into the path, not into the host name. Most S3-compatible stores need it, Amazon S3 does not.',
    when: artifactsExternal,
  },
  {
    id: 'artifacts.accessKey',
    section: 'artifacts',
    flag: 's3-access-key',
    kind: 'secret',
    title: 'S3 access key',
    help: 'Key id for the bucket; it goes into a Kubernetes Secret only. Empty: the pods have a cloud identity (service account annotations).',
    target: { secret: 'app', key: 's3-access-key' },
    when: artifactsExternal,
    required: (a) => artifactsExternal(a) && given(a['artifacts.secretKey']),
    validate: text((typed, a) => problemOfCredential(typed, artifactsExternal(a) ? 1 : 3)),
  },
  {
    id: 'artifacts.secretKey',
    section: 'artifacts',
    flag: 's3-secret-key',
    kind: 'secret',
    title: 'S3 secret key',
    help: 'Secret that belongs to the access key; it goes into a Kubernetes Secret only.',
    target: { secret: 'app', key: 's3-secret-key' },
    when: artifactsExternal,
    required: (a) => artifactsExternal(a) && given(a['artifacts.accessKey']),
    // S3-compatible stores refuse root secrets under eight characters, and say so only in a log.
    validate: text((typed) => problemOfCredential(typed, 8)),
  },
]

function given(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
