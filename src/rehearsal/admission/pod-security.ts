import type { Json } from '../json.js'

/**
 * Pod Security Admission, the checks of `baseline` and `restricted` that this chart can fail, in the admission plugin's
 * words. Undefined when the pod passes. https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityViolations(level: string, spec: Json): string | undefined {
  if (level !== 'baseline' && level !== 'restricted') return undefined
  const containers: Json[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  const found: string[] = []
  const those = (fails: (security: Json) => boolean) => {
    const names = containers.filter((c) => fails(c.securityContext ?? {})).map((c) => `"${c.name}"`)
    return names.length === 0 ? '' : `container${names.length > 1 ? 's' : ''} ${names.join(', ')}`
  }
  const note = (label: string, who: string, fix: string) => {
    if (who !== '') found.push(`${label} (${who} must ${fix})`)
  }
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field])
  if (host.length > 0) found.push(`host namespaces (${host.map((field) => `${field}=true`).join(', ')})`)
  const hostPaths = (spec.volumes ?? []).filter((v: Json) => v.hostPath).map((v: Json) => `"${v.name}"`)
  if (hostPaths.length > 0) found.push(`hostPath volumes (volume${hostPaths.length > 1 ? 's' : ''} ${hostPaths.join(', ')})`)
  note(
    'privileged',
    those((s) => s.privileged),
    'not set securityContext.privileged=true',
  )
  if (level === 'baseline') return found.join(', ') || undefined

  const pod = spec.securityContext ?? {}
  const inherited = (who: string) => (who === '' ? '' : `pod or ${who}`)
  const hasProfile = (s: Json) => ['RuntimeDefault', 'Localhost'].includes(s.seccompProfile?.type)
  note(
    'allowPrivilegeEscalation != false',
    those((s) => s.allowPrivilegeEscalation !== false),
    'set securityContext.allowPrivilegeEscalation=false',
  )
  note(
    'unrestricted capabilities',
    those((s) => !s.capabilities?.drop?.includes('ALL')),
    'set securityContext.capabilities.drop=["ALL"]',
  )
  if (pod.runAsNonRoot !== true) {
    note('runAsNonRoot != true', inherited(those((s) => s.runAsNonRoot !== true)), 'set securityContext.runAsNonRoot=true')
  }
  note('runAsUser=0', pod.runAsUser === 0 ? 'pod' : those((s) => s.runAsUser === 0), 'not set runAsUser=0')
  if (!hasProfile(pod)) {
    note(
      'seccompProfile',
      inherited(those((s) => !hasProfile(s))),
      'set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
    )
  }
  return found.join(', ') || undefined
}
