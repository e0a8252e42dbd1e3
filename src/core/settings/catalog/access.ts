import { problemOfInvisible } from '../../text/characters.js'
import { problemOfHost } from '../../text/host.js'
import { problemOfObjectName } from '../../text/names.js'
import { problemOfNewPassword } from '../../text/password.js'
import type { Answers, Setting } from '../types.js'
import { problemOfUserName, text } from './validators.js'
import { withAuth, withIngress, withTls } from './when.js'

export const accessSettings: readonly Setting[] = [
  {
    id: 'access.mode',
    section: 'access',
    path: 'ingress.enabled',
    flag: 'access',
    kind: 'choice',
    title: 'Access',
    help: 'How people reach MLflow from outside the cluster.',
    options: [
      { value: 'port-forward', stored: false, label: 'port-forward', hint: 'only through kubectl: nothing is exposed' },
      { value: 'ingress', stored: true, label: 'Ingress', hint: "a host name, through the cluster's ingress controller" },
    ],
    required: () => true,
    fallback: () => 'port-forward',
  },
  {
    id: 'access.host',
    section: 'access',
    path: 'ingress.hosts[0].host',
    flag: 'host',
    kind: 'text',
    title: 'Host',
    help: 'Host name of MLflow; its DNS record must point to the ingress controller. Giving it turns the Ingress on.',
    example: 'mlflow.example.com',
    when: withIngress,
    required: withIngress,
    implies: [{ setting: 'access.mode', value: 'ingress', inValues: true }],
    validate: text(problemOfHost),
  },
  {
    id: 'access.className',
    section: 'access',
    path: 'ingress.className',
    flag: 'ingress-class',
    kind: 'text',
    title: 'Ingress class',
    help: "Which controller serves the Ingress. Empty: the cluster's default class.",
    example: 'traefik',
    when: withIngress,
    validate: text((typed) => problemOfObjectName(typed, 'class')),
  },
]

const implies = (mode: string) => [{ setting: 'tls.mode', value: mode }]

export const tlsSettings: readonly Setting[] = [
  {
    id: 'tls.mode',
    section: 'tls',
    path: 'tls.mode',
    flag: 'tls',
    kind: 'choice',
    title: 'TLS',
    help: 'Where the certificate of the host comes from.',
    options: [
      { value: 'cert-manager', label: 'cert-manager', hint: 'an issuer of the cluster makes and renews it' },
      { value: 'secret', label: 'existing Secret', hint: 'a kubernetes.io/tls Secret in the namespace' },
      { value: 'files', stored: 'secret', label: 'certificate files', hint: 'a .crt and a .key from this machine' },
      { value: 'none', label: 'none', hint: 'plain HTTP: passwords travel readable' },
    ],
    when: withIngress,
    fallback: () => 'none',
  },
  {
    id: 'tls.secretName',
    section: 'tls',
    path: 'tls.secretName',
    flag: 'tls-secret',
    kind: 'text',
    title: 'TLS Secret',
    help: 'Name of the Secret with tls.crt and tls.key.',
    example: 'mlflow-tls',
    when: withTls('secret'),
    required: withTls('secret'),
    implies: implies('secret'),
    validate: text((typed) => problemOfObjectName(typed, 'Secret')),
  },
  {
    id: 'tls.certFile',
    section: 'tls',
    flag: 'tls-cert',
    kind: 'text',
    title: 'Certificate file',
    help: 'PEM file with the certificate and its chain.',
    example: './mlflow.crt',
    when: withTls('files'),
    required: withTls('files'),
    implies: implies('files'),
    validate: text(problemOfInvisible),
  },
  {
    id: 'tls.keyFile',
    section: 'tls',
    flag: 'tls-key',
    kind: 'text',
    title: 'Key file',
    help: 'PEM file with the private key. Its content goes into a Kubernetes Secret only.',
    example: './mlflow.key',
    when: withTls('files'),
    required: withTls('files'),
    implies: implies('files'),
    validate: text(problemOfInvisible),
  },
  {
    id: 'tls.issuerName',
    section: 'tls',
    path: 'tls.issuer.name',
    flag: 'tls-issuer',
    kind: 'text',
    title: 'Issuer',
    help: 'Name of the cert-manager issuer.',
    example: 'letsencrypt',
    when: withTls('cert-manager'),
    required: withTls('cert-manager'),
    implies: implies('cert-manager'),
    validate: text((typed) => problemOfObjectName(typed, 'issuer')),
  },
  {
    id: 'tls.issuerKind',
    section: 'tls',
    path: 'tls.issuer.kind',
    flag: 'tls-issuer-kind',
    kind: 'choice',
    title: 'Issuer kind',
    help: 'ClusterIssuer serves every namespace, Issuer only its own.',
    options: [
      { value: 'ClusterIssuer', label: 'ClusterIssuer' },
      { value: 'Issuer', label: 'Issuer' },
    ],
    when: withTls('cert-manager'),
    fallback: () => 'ClusterIssuer',
  },
]

/** MLflow itself refuses shorter admin passwords. */
const adminPasswordLength = 12

export const authenticationSettings: readonly Setting[] = [
  {
    id: 'auth.enabled',
    section: 'authentication',
    path: 'auth.enabled',
    flag: 'auth',
    kind: 'toggle',
    title: 'Authentication',
    help: 'Ask for user and password. Without it, whoever reaches the server can read and delete everything.',
  },
  {
    id: 'auth.username',
    section: 'authentication',
    path: 'auth.username',
    flag: 'admin-user',
    kind: 'text',
    title: 'Admin user',
    help: 'The first user, who may do everything.',
    example: 'admin',
    when: withAuth,
    required: withAuth,
    fallback: () => 'admin',
    // HTTP basic authentication ends the user name at the first colon.
    validate: text((typed) => problemOfUserName(typed) ?? (typed.includes(':') ? { message: 'a user name has no colon' } : null)),
  },
  {
    id: 'auth.password',
    section: 'authentication',
    flag: 'admin-password',
    kind: 'secret',
    title: 'Admin password',
    help: 'Empty: a strong one is generated. It counts for the first start only; later MLflow itself changes it (users/update-password).',
    target: { secret: 'app', key: 'admin-password' },
    when: withAuth,
    validate: text((typed, answers: Answers) =>
      typed === answers['auth.username']
        ? { message: 'is the same as the user name' }
        : problemOfNewPassword(typed, adminPasswordLength),
    ),
  },
]
