import type { Manifest } from './render.js'

/**
 * What Pod Security "restricted" would refuse, and what this chart asks of itself beyond it.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podProblems(spec: Manifest): string[] {
  const problems: string[] = []
  const need = (ok: unknown, text: string) => {
    if (!ok) problems.push(text)
  }
  const pod = spec.securityContext ?? {}
  for (const host of ['hostNetwork', 'hostPID', 'hostIPC']) need(!spec[host], host)
  need(pod.runAsNonRoot === true, 'pod: runAsNonRoot')
  need(pod.runAsUser === undefined || pod.runAsUser > 0, 'pod: runAsUser')
  need(['RuntimeDefault', 'Localhost'].includes(pod.seccompProfile?.type), 'pod: seccompProfile')
  const volumes = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret']
  for (const volume of spec.volumes ?? []) {
    need(
      Object.keys(volume).every((key) => key === 'name' || volumes.includes(key)),
      `volume ${volume.name}`,
    )
    // Without a limit a pod can fill its node's disk.
    if (volume.emptyDir) need(volume.emptyDir.sizeLimit, `volume ${volume.name}: sizeLimit`)
  }
  need(spec.automountServiceAccountToken === false, 'service account token')
  need(spec.enableServiceLinks === false, 'service links')
  need(spec.serviceAccountName, 'service account')
  const containers = [...(spec.initContainers ?? []), ...spec.containers]
  for (const container of containers) {
    const security = container.securityContext ?? {}
    const at = (text: string) => `${container.name}: ${text}`
    need(security.allowPrivilegeEscalation === false, at('allowPrivilegeEscalation'))
    need(!security.privileged, at('privileged'))
    need(security.runAsUser !== 0, at('runAsUser'))
    need(security.capabilities?.drop?.includes('ALL'), at('capabilities'))
    need(
      (security.capabilities?.add ?? []).every((c: string) => c === 'NET_BIND_SERVICE'),
      at('added capabilities'),
    )
    need(security.readOnlyRootFilesystem === true, at('readOnlyRootFilesystem'))
    need(
      (container.ports ?? []).every((p: Manifest) => !p.hostPort),
      at('hostPort'),
    )
    need(container.resources?.requests?.cpu && container.resources?.requests?.memory, at('requests'))
    need(container.resources?.limits?.memory, at('memory limit'))
    const mounted = (spec.volumes ?? []).map((v: Manifest) => v.name)
    for (const mount of container.volumeMounts ?? [])
      need(mount.name === 'data' || mounted.includes(mount.name), at(`mount ${mount.name}`))
  }
  return problems
}
