import { expect, test } from 'vitest'
import { redact } from '../../../src/core/text/redact.js'

test.each([
  ['postgresql+psycopg2://mlflow:p@s:s/w%r@db.example.com:5432/mlflow', 'p@s'],
  ['could not open postgresql://mlflow:hunter2@db/mlflow now', 'hunter2'],
  ['PGPASSWORD=hunter2 psql', 'hunter2'],
  ['"password": "hunter2", "user": "me"', 'hunter2'],
  ["MLFLOW_FLASK_SERVER_SECRET_KEY='hunter2 and more'", 'hunter2'],
  ['AWS_SECRET_ACCESS_KEY: abcd/efgh+ijkl', 'abcd'],
  ['aws_access_key_id=AKIAIOSFODNN7EXAMPLE', 'AKIA'],
  ['using AKIAIOSFODNN7EXAMPLE for s3', 'AKIA'],
  ['Authorization: Basic YWRtaW46aHVudGVyMg==', 'YWRtaW4'],
  ['got Bearer abcdefghijklmnop.qrst', 'abcdefgh'],
  ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def', 'eyJ'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----', 'MIIEow'],
  ['kek passphrase=correct-horse', 'correct'],
])('hides the secret of: %s', (text, secret) => {
  const result = redact(text)
  expect(result).not.toContain(secret)
  expect(result).toContain('***')
})

test.each([
  'FATAL:  password authentication failed for user "mlflow"',
  'connection to server at "db" (10.0.0.5), port 5432 failed: Connection refused',
  'GET http://mlflow:5000/health 503 at 10:20:30',
  'http://user@host/path',
  'Secret mlflow-secret has no key postgres-password',
])('leaves alone: %s', (text) => {
  expect(redact(text)).toBe(text)
})
