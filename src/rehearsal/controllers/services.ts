import { randomSuffix } from '../api/writer.js'
import { selects } from '../api/selectors.js'
import { same, type Json } from '../json.js'
import { controlledBy, isReady, ownerReference, type Control } from './context.js'

// Documentation addresses (RFC 5737): nothing can be reached there.
const ingressAddress = '203.0.113.11'

/** EndpointSlices of Services, and addresses of Ingresses whose class exists. */
export function services(control: Control): void {
  for (const service of control.store.ofKind('Service')) {
    if (service.spec.selector && !service.metadata.deletionTimestamp) slice(control, service)
  }
  for (const ingress of control.store.ofKind('Ingress')) {
    const hasClass = control.store.find('IngressClass', undefined, ingress.spec.ingressClassName ?? '')
    if (hasClass && !ingress.status?.loadBalancer?.ingress)
      control.setStatus(ingress, { loadBalancer: { ingress: [{ ip: ingressAddress }] } })
  }
}

function slice(control: Control, service: Json): void {
  const { store, create, edit } = control
  const { name, namespace, labels } = service.metadata
  const pods = store
    .ofKind('Pod', namespace)
    .filter(
      (p) =>
        selects({ matchLabels: service.spec.selector }, p.metadata.labels) &&
        p.status?.podIP &&
        !['Succeeded', 'Failed'].includes(p.status.phase),
    )
  const endpoints = pods.map((pod) => endpointOf(pod, service))
  const ports =
    pods.length === 0
      ? []
      : (service.spec.ports ?? []).map((port: Json) => ({
          name: port.name ?? '',
          port: targetOf(pods[0], port),
          protocol: port.protocol,
        }))
  const [existing] = controlledBy(control, service, 'EndpointSlice')
  if (existing) {
    if (!same(existing.endpoints, endpoints)) edit(existing, (o) => Object.assign(o, { endpoints, ports }))
    return
  }
  create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${randomSuffix()}`,
      namespace,
      labels: {
        ...labels,
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [ownerReference(service)],
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  })
}

function endpointOf(pod: Json, service: Json): Json {
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const serving = isReady(pod)
  const ready = (serving || service.spec.publishNotReadyAddresses === true) && !terminating
  const { name, namespace, uid } = pod.metadata
  return {
    addresses: [pod.status.podIP],
    conditions: { ready, serving, terminating },
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', name, namespace, uid },
  }
}

/** Number behind a port that may be given by the container port's name. */
function targetOf(pod: Json, port: Json): number | null {
  if (typeof port.targetPort === 'number') return port.targetPort
  const ports = pod.spec.containers.flatMap((c: Json) => c.ports ?? [])
  return ports.find((p: Json) => p.name === port.targetPort)?.containerPort ?? null
}
