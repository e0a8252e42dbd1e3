import type { KubeObject } from '../health/types.js'
import { describeStorageChange } from '../plan/storage.js'
import type { StorageChange } from '../plan/types.js'
import { fail, pass, skip, unknown, warn, type Finding } from './finding.js'

const defaultClass = 'storageclass.kubernetes.io/is-default-class'

/** Storage classes that the manifest's volume claims name; '' stands for the default. */
export function storageClassesOf(objects: readonly KubeObject[]): string[] {
  const claims = objects.flatMap((o) =>
    o.kind === 'PersistentVolumeClaim'
      ? [o.spec]
      : o.kind === 'StatefulSet'
        ? (o.spec?.volumeClaimTemplates ?? []).map((t: KubeObject) => t.spec)
        : [],
  )
  return [...new Set(claims.map((spec) => (spec?.storageClassName as string | undefined) ?? ''))]
}

/** @param found all StorageClasses, or why they could not be read */
export function checkStorage(found: { classes: readonly KubeObject[] } | { error: string }, wanted: readonly string[]): Finding {
  if (wanted.length === 0) return skip('nothing in this plan needs a volume')
  if ('error' in found) return unknown(`StorageClasses could not be read: ${found.error}`)
  const names = found.classes.map((c) => c.metadata.name)
  const missing = wanted.filter((w) => w !== '' && !names.includes(w))
  if (missing.length > 0)
    return fail(`StorageClass "${missing[0]}" does not exist; there is: ${names.join(', ') || 'none'}`, {
      text: `Choose one with --storage-class${names[0] ? ` ${names[0]}` : ''}.`,
    })
  if (!wanted.includes('')) return pass(`StorageClass ${wanted.join(', ')}`)
  const standard = found.classes.find((c) => c.metadata.annotations?.[defaultClass] === 'true')
  if (standard) return pass(`default StorageClass ${standard.metadata.name}`)
  return names.length > 0
    ? fail(`no default StorageClass: the volumes would wait for ever; there is: ${names.join(', ')}`, {
        text: `Choose one with --storage-class ${names[0]}, or make one the default:`,
        command: `kubectl patch storageclass ${names[0]} -p '{"metadata":{"annotations":{"${defaultClass}":"true"}}}'`,
      })
    : fail('the cluster has no StorageClass: the volumes would wait for ever', {
        text: 'Install a volume provisioner, for example local-path-provisioner, or use an external database and object store.',
      })
}

/** @param served whether the API serves metrics.k8s.io; undefined: could not be found out */
export function checkMetricsServer(served: boolean | undefined, hasAutoscaler: boolean): Finding {
  if (!hasAutoscaler) return skip('this plan has no autoscaler')
  if (served === undefined) return unknown('the metrics API could not be asked for')
  if (served) return pass('metrics-server answers: the autoscaler sees load')
  return warn('metrics-server is missing: the autoscaler cannot see load', {
    text: 'Install it:',
    command: 'kubectl apply -f https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml',
  })
}

/** @param found all IngressClasses, or why they could not be read */
export function checkIngressClass(
  found: { classes: readonly KubeObject[] } | { error: string },
  ingresses: readonly KubeObject[],
): Finding {
  if (ingresses.length === 0) return skip('this plan has no Ingress')
  if ('error' in found) return unknown(`IngressClasses could not be read: ${found.error}`)
  const names = found.classes.map((c) => c.metadata.name)
  const wanted = ingresses.map((i) => i.spec?.ingressClassName as string | undefined)[0]
  if (names.length === 0)
    return fail('the cluster has no ingress controller', {
      text: 'Install one (traefik, for example), or use --access port-forward.',
    })
  if (wanted && !names.includes(wanted))
    return fail(`IngressClass "${wanted}" does not exist; there is: ${names.join(', ')}`, {
      text: `Choose one with --ingress-class ${names[0]}.`,
    })
  if (wanted) return pass(`IngressClass ${wanted}`)
  const standard = found.classes.find((c) => c.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true')
  return standard
    ? pass(`default IngressClass ${standard.metadata.name}`)
    : warn(`no IngressClass is the default; there is: ${names.join(', ')}`, {
        text: `Choose one with --ingress-class ${names[0]}.`,
      })
}

/**
 * A volume that outlived its Secret holds a database whose password is gone (helm/charts#19867).
 * @param claims names of volume claims of this release; @param hasSecret whether the credentials' Secret is there
 */
export function checkLeftovers(
  found: { claims: readonly string[]; hasSecret: boolean } | { error: string },
  secret: string,
  namespace: string,
): Finding {
  if ('error' in found) return unknown(`volume claims could not be read: ${found.error}`)
  if (found.claims.length === 0) return pass('no volumes of an earlier install')
  if (found.hasSecret) return pass(`volumes of an earlier install are there with their credentials: ${found.claims.join(', ')}`)
  return fail(
    `volumes of an earlier install are there (${found.claims.join(', ')}), but their Secret "${secret}" is gone: a new password would be refused`,
    {
      text: 'Put the Secret back, use another namespace, or, if the data may go, delete the volumes:',
      command: `kubectl delete pvc ${found.claims.join(' ')} --namespace ${namespace}`,
    },
  )
}

/** A StatefulSet's claims cannot be patched (minio/operator#1705): Helm would fail half-way through the release. */
export function checkStorageChange(changes: readonly StorageChange[], namespace: string): Finding {
  if (changes.length === 0) return skip('no volume changes')
  const sentences = changes.map(describeStorageChange).join('\n')
  const [first] = changes
  return fail(sentences, {
    text:
      first!.kind === 'grow'
        ? 'Keep the size in the values; if the storage class allows it, expand the claims by hand:'
        : 'Keep what is there in the values. The claims:',
    command: `kubectl get pvc --namespace ${namespace}`,
  })
}
