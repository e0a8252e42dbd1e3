import { problemOfImageTag } from '../../text/names.js'
import type { AnswerValue, Answers, Problem, Setting } from '../types.js'
import { integer, quantity, text } from './validators.js'
import { withAutoscaling } from './when.js'

export const sizeSettings: readonly Setting[] = [
  {
    id: 'size.replicas',
    section: 'size',
    path: 'replicaCount',
    flag: 'replicas',
    kind: 'integer',
    title: 'Replicas',
    help: 'Server pods. Two or more survive the loss of a node. With autoscaling, the bounds below count.',
    example: '2',
    when: (a) => !withAutoscaling(a),
    validate: integer(1, 100),
  },
  {
    id: 'size.autoscaling',
    section: 'size',
    path: 'autoscaling.enabled',
    flag: 'autoscaling',
    kind: 'toggle',
    title: 'Autoscaling',
    help: 'Change the number of server pods with the load. Needs metrics-server.',
  },
  {
    id: 'size.minReplicas',
    section: 'size',
    path: 'autoscaling.minReplicas',
    flag: 'min-replicas',
    kind: 'integer',
    title: 'At least',
    help: 'Fewest server pods.',
    example: '2',
    when: withAutoscaling,
    implies: [{ setting: 'size.autoscaling', value: true }],
    validate: integer(1, 100),
  },
  {
    id: 'size.maxReplicas',
    section: 'size',
    path: 'autoscaling.maxReplicas',
    flag: 'max-replicas',
    kind: 'integer',
    title: 'At most',
    help: 'Most server pods. The database must have connections for all of them.',
    example: '10',
    when: withAutoscaling,
    implies: [{ setting: 'size.autoscaling', value: true }],
    validate: (value, answers) => integer(1, 100)(value, answers) ?? notBelowMinimum(value, answers),
  },
  resource(
    'cpuRequest',
    'resources.requests.cpu',
    'cpu-request',
    'CPU request',
    '250m',
    'CPU that each server pod is guaranteed.',
  ),
  resource(
    'memoryRequest',
    'resources.requests.memory',
    'memory-request',
    'Memory request',
    '512Mi',
    'Memory that each server pod is guaranteed.',
  ),
  resource(
    'cpuLimit',
    'resources.limits.cpu',
    'cpu-limit',
    'CPU limit',
    '1',
    'CPU that each server pod may use at most. Empty: no limit.',
  ),
  resource(
    'memoryLimit',
    'resources.limits.memory',
    'memory-limit',
    'Memory limit',
    '2Gi',
    'Memory at which a server pod is killed.',
  ),
  {
    id: 'size.imageTag',
    section: 'size',
    path: 'image.tag',
    flag: 'image-tag',
    kind: 'text',
    title: 'MLflow image tag',
    help: 'Empty: the version that this program was made for. Authentication and PostgreSQL need a tag that ends in -full.',
    example: 'v3.18.0-full',
    validate: text(problemOfImageTag),
  },
]

function resource(name: string, path: string, flag: string, title: string, example: string, help: string): Setting {
  const of = name.startsWith('cpu') ? 'cpu' : 'memory'
  const limit = name.endsWith('Request') ? `size.${of}Limit` : undefined
  return {
    id: `size.${name}`,
    section: 'size',
    path,
    flag,
    kind: 'text',
    clears: true,
    title,
    example,
    help,
    validate: quantity(of, limit),
  }
}

function notBelowMinimum(value: AnswerValue, answers: Answers): Problem | null {
  const least = answers['size.minReplicas']
  return typeof least === 'number' && Number(value) < least
    ? { message: `${value} is less than the minimum ${least}`, suggestion: String(least) }
    : null
}
