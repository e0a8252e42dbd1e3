import { apply, get, kubectl, tryKubectl, type Obj, type Ran } from './kubectl.js'
import { waitFor } from './wait-for.js'

/** A pod that Pod Security "restricted" admits. */
export interface PodSpec {
  readonly namespace: string
  readonly name: string
  readonly image: string
  readonly command: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  /** Values, or a key of a Secret. */
  readonly env?: Readonly<Record<string, string | { secret: string; key: string }>>
  readonly claim?: { readonly name: string; readonly path: string }
}

/** The manifest of a restricted pod: no user of its own rights, read-only root, a writable /tmp. */
export function restrictedPod({ namespace, name, image, command, labels, env = {}, claim }: PodSpec): Obj {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name, ...labels } },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        fsGroup: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'main',
          image,
          imagePullPolicy: 'IfNotPresent',
          command,
          env: [
            { name: 'HOME', value: '/tmp' },
            ...Object.entries(env).map(([key, value]) =>
              typeof value === 'string'
                ? { name: key, value }
                : { name: key, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } },
            ),
          ],
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...(claim ? [{ name: 'data', mountPath: claim.path }] : [])],
        },
      ],
      volumes: [
        { name: 'tmp', emptyDir: {} },
        ...(claim ? [{ name: 'data', persistentVolumeClaim: { claimName: claim.name } }] : []),
      ],
    },
  }
}

const status = async (namespace: string, name: string): Promise<Obj> => (await get(['pod', name, '-n', namespace])).status

/** Runs a pod to its end, removes it, and returns its exit code and what it printed (both streams, as the log has them). */
export async function runPod(spec: PodSpec, timeoutMs = 120_000): Promise<{ code: number; log: string }> {
  await apply(restrictedPod(spec))
  try {
    const ended = await waitFor(
      `pod ${spec.name} to end`,
      async () => {
        const { containerStatuses } = await status(spec.namespace, spec.name)
        return containerStatuses?.[0]?.state?.terminated as { exitCode: number } | undefined
      },
      { timeoutMs },
    )
    return { code: ended.exitCode, log: await kubectl(['logs', spec.name, '-n', spec.namespace]) }
  } finally {
    await kubectl(['delete', 'pod', spec.name, '-n', spec.namespace, '--wait=false'])
  }
}

/** Starts a pod that stays, and waits until it is ready. */
export async function startPod(spec: PodSpec): Promise<void> {
  await apply(restrictedPod(spec))
  await kubectl(['wait', '--for=condition=Ready', `pod/${spec.name}`, '-n', spec.namespace, '--timeout=120s'])
}

/** Runs a command in a pod and returns how it ended. */
export const exec = (namespace: string, pod: string, command: readonly string[], container?: string): Promise<Ran> =>
  tryKubectl(['exec', '-n', namespace, pod, ...(container ? ['-c', container] : []), '--', ...command])

/** Why the first container of a pod waits: reason and the runtime's message; undefined when it does not. */
export async function waiting(namespace: string, name: string): Promise<{ reason: string; message?: string } | undefined> {
  const { containerStatuses } = await status(namespace, name)
  return containerStatuses?.[0]?.state?.waiting
}
