import { describePod, imageValues, setInFile } from './remedies.js'
import { lastEvent, type ContainerContext, type Match, type Rule } from './rule.js'

const pullReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
])

/** What the kubelet and the registry said about the pull; undefined when no pull fails. Newer kubelets say all in the status, older ones only in the event. */
function pullProblem(c: ContainerContext): string | undefined {
  if (!pullReasons.has(c.waiting?.reason ?? '')) return undefined
  const failed = lastEvent(c.containerEvents, (e) => e.reason === 'Failed' && e.message.includes('image'))
  return [c.waiting?.reason, c.waiting?.message, failed?.message].filter(Boolean).join(' ')
}

const said = (c: ContainerContext): string[] => {
  const failed = lastEvent(c.containerEvents, (e) => e.reason === 'Failed' && e.message.includes('image'))
  return [failed?.message ?? c.waiting?.message ?? c.waiting?.reason ?? '']
}

const began = (c: ContainerContext) => c.containerEvents.find((e) => e.reason === 'Failed')?.firstAt

/** Host of an image reference, as the container runtime completes it. */
export function registryOf(image: string): string {
  const first = image.split('/')[0] ?? ''
  return image.includes('/') && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io'
}

const network =
  /i\/o timeout|no such host|x509|toomanyrequests|too many requests|connection refused|connection reset|tls handshake|context deadline exceeded|network is unreachable|unexpected EOF|RegistryUnavailable|50[0-4] /i
const denied = /unauthorized|authentication required|denied|no basic auth|authorization failed|insufficient_scope|401 |403 /i
const absent =
  /not found|manifest unknown|InvalidImageName|couldn't parse image|invalid reference|ErrImageNeverPull|404 |name unknown/i
const platform = /no match(ing manifest)? for platform|no child with platform|exec format error/i

function rule(
  code: string,
  graceMs: number,
  permanent: boolean,
  explain: (c: ContainerContext, text: string) => Match | undefined,
): Rule<ContainerContext> {
  return {
    code,
    graceMs,
    permanent,
    match(c) {
      const text = pullProblem(c)
      const found = text === undefined ? undefined : explain(c, text)
      return found && { evidence: said(c), key: String(c.spec.image), at: began(c), ...found }
    },
  }
}

/** Failing image pulls. The order decides: a rate limit also speaks of authentication, a missing host is also "not found". */
export const imageRules: readonly Rule<ContainerContext>[] = [
  rule('image-arch', 20_000, true, (c, text) =>
    platform.test(text)
      ? {
          headline: `image ${c.spec.image} is not made for the node's CPU architecture`,
          remedy: `use an image for this architecture: set ${imageValues(c)}, or schedule on other nodes`,
        }
      : undefined,
  ),
  rule('image-network', 120_000, false, (c, text) => {
    if (!network.test(text)) return undefined
    const registry = registryOf(String(c.spec.image))
    if (/toomanyrequests|too many requests/i.test(text)) {
      return {
        headline: `image ${c.spec.image}: ${registry} limits the pull rate`,
        remedy: `pull as a logged-in user (imagePullSecrets) or from a mirror (global.imageRegistry)`,
      }
    }
    const why = /x509/i.test(text) ? 'does not trust the certificate of' : 'cannot reach'
    return {
      headline: `image ${c.spec.image}: the node ${why} ${registry}`,
      remedy:
        'check DNS, proxy and certificate authorities of the nodes, or use a mirror that they reach: global.imageRegistry=<host>',
    }
  }),
  rule('image-auth', 20_000, true, (c, text) => {
    if (!denied.test(text)) return undefined
    const registry = registryOf(String(c.spec.image))
    const secrets = ((c.pod.spec?.imagePullSecrets ?? []) as { name: string }[]).map((s) => s.name).join(', ')
    return {
      headline: `image ${c.spec.image}: ${registry} denies access`,
      evidence: [...said(c), secrets ? `imagePullSecrets of the pod: ${secrets}` : 'the pod has no imagePullSecrets'],
      remedy:
        `kubectl -n ${c.namespace} create secret docker-registry registry-login --docker-server=${registry} --docker-username=<user> --docker-password=<token>` +
        `, then set imagePullSecrets[0].name=registry-login`,
    }
  }),
  rule('image-not-found', 20_000, true, (c, text) =>
    absent.test(text)
      ? {
          headline: /InvalidImageName|parse|invalid reference/.test(text)
            ? `image reference ${c.spec.image} is not valid`
            : `image ${c.spec.image} does not exist`,
          remedy: fixImage(c),
        }
      : undefined,
  ),
  rule('image-pull', 60_000, false, (c) => ({
    headline: `image ${c.spec.image} cannot be pulled`,
    remedy: describePod(c),
  })),
]

function fixImage(c: ContainerContext): string {
  const isOurs = c.component === 'server' || c.component === 'migration'
  return isOurs ? 'mlflow-setup install --image-tag v3.18.0-full' : setInFile(`${imageValues(c)} to an image that exists`)
}
