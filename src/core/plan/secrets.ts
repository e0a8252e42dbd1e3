import type { Answers } from '../settings/types.js'
import type { ObjectNames } from './fullname.js'
import type { SecretKey, SecretSpec } from './types.js'

/** Names of the Secrets that the values refer to. */
export type SecretNames = Pick<ObjectNames, 'appSecret' | 'backupSecret' | 'backupStoreSecret' | 'tlsSecret'>

/**
 * The Secrets that must exist before Helm runs. Credentials of the embedded stores and MLflow's own keys are made once
 * and then kept; those of external systems follow what was typed.
 */
export function secretSpecs(answers: Answers, names: SecretNames): SecretSpec[] {
  const specs: SecretSpec[] = [{ name: names.appSecret, type: 'Opaque', keys: appKeys(answers) }]
  if (answers['backup.enabled'] === true) {
    specs.push({
      name: names.backupSecret,
      type: 'Opaque',
      keys: [
        { key: 'password', generate: 'password' },
        { key: 'salt', generate: 'password' },
      ],
    })
  }
  if (hasBackupKeys(answers)) {
    specs.push({
      name: names.backupStoreSecret,
      type: 'Opaque',
      keys: [external('s3-access-key', 'backup.accessKey'), external('s3-secret-key', 'backup.secretKey')],
    })
  }
  if (answers['tls.mode'] === 'files' && answers['access.mode'] === 'ingress') {
    specs.push({
      name: names.tlsSecret,
      type: 'kubernetes.io/tls',
      keys: [
        { key: 'tls.crt', from: 'tls.certFile', overwrite: true },
        { key: 'tls.key', from: 'tls.keyFile', overwrite: true },
      ],
    })
  }
  return specs
}

/** Whether the backup bucket has keys of its own that were typed now; else the Secret is there since an earlier run, or not needed. */
export function hasBackupKeys(answers: Answers): boolean {
  return answers['backup.enabled'] === true && Boolean(answers['backup.accessKey'])
}

function appKeys(answers: Answers): SecretKey[] {
  const keys: SecretKey[] = [
    // The account exists since the first start: another name in the Secret would only lock everybody out.
    { key: 'admin-username', literal: String(answers['auth.username'] ?? 'admin') },
    { key: 'admin-password', generate: 'password', from: 'auth.password' },
    { key: 'flask-secret-key', generate: 'password' },
    { key: 'kek-passphrase', generate: 'password' },
    { key: 'webhook-encryption-key', generate: 'fernet' },
  ]
  keys.push(
    answers['database.mode'] === 'external'
      ? external('postgres-password', 'database.password')
      : embedded('postgres-password', 'database.password'),
  )
  const stores = [
    ['s3-access-key', 'artifacts.accessKey'],
    ['s3-secret-key', 'artifacts.secretKey'],
  ] as const
  for (const [key, from] of stores) {
    if (answers['artifacts.mode'] !== 'external') keys.push(embedded(key, from))
    // Without typed keys the pods have a cloud identity, or the Secret has them since an earlier run.
    else if (answers[from]) keys.push(external(key, from))
  }
  return keys
}

const embedded = (key: string, from: string): SecretKey => ({ key, generate: 'password', from })
const external = (key: string, from: string): SecretKey => ({ key, from, overwrite: true })
