import { parseQuantity } from '../text/quantity.js'
import type { Answers, AnswerValue, Setting } from './types.js'

/**
 * A word about an answer that is allowed but may be regretted; undefined when there is nothing to say. It never
 * stops anything.
 */
export function advice(setting: Setting, value: AnswerValue, answers: Answers = {}): string | undefined {
  return advisers[setting.id]?.(value, answers)
}

const advisers: Record<string, (value: AnswerValue, answers: Answers) => string | undefined> = {
  namespace: (value) => {
    if (value === 'default')
      return 'default is shared by everything that names no namespace: a namespace of its own is easier to guard and to remove'
    if (/^kube-/.test(String(value))) return `${String(value)} belongs to Kubernetes itself: install into a namespace of your own`
    return undefined
  },
  'database.sslMode': (value) =>
    value === 'disable' ? 'passwords and data travel readable between MLflow and the database' : undefined,
  'access.host': (value) => {
    if (value === 'localhost' || String(value).endsWith('.localhost')) return "this name works on the cluster's own machine only"
    return String(value).includes('.') ? undefined : 'a name without a dot is rarely in the DNS'
  },
  'tls.mode': (value, answers) =>
    value === 'none' && answers['auth.enabled'] !== false
      ? 'without TLS, passwords travel readable to the ingress controller'
      : undefined,
  'auth.enabled': (value) => (value === false ? 'whoever reaches the server can read and delete everything' : undefined),
  'network.egressCIDRs': (value) =>
    (value as readonly string[]).some((range) => range.endsWith('/0')) ? 'a range of size 0 is the whole internet' : undefined,
  'size.replicas': (value) => (value === 1 ? 'one replica: MLflow is away while its node is' : undefined),
  'size.memoryLimit': (value) => {
    const bytes = parseQuantity(String(value))
    // One server process alone uses about 430 MiB after its start.
    return bytes !== undefined && bytes < 700 * 2 ** 20 ? 'less than 700Mi is likely to end in out-of-memory kills' : undefined
  },
  'size.imageTag': (value, answers) => {
    const tag = String(value)
    if (tag === '') return undefined
    if (/^latest/.test(tag)) return 'latest changes under a running release: name a version'
    if (!tag.endsWith('-full')) {
      return `images without "-full" lack the PostgreSQL driver${answers['auth.enabled'] === false ? '' : ' and what authentication needs'}`
    }
    return undefined
  },
}
