import type { Answers } from '../types.js'

// Conditions that several settings share. Answers are those of all layers, so an absent one means "off".

export const databaseEmbedded = (a: Answers) => a['database.mode'] !== 'external'
export const databaseExternal = (a: Answers) => a['database.mode'] === 'external'
export const artifactsEmbedded = (a: Answers) => a['artifacts.mode'] !== 'external'
export const artifactsExternal = (a: Answers) => a['artifacts.mode'] === 'external'
export const anyEmbedded = (a: Answers) => databaseEmbedded(a) || artifactsEmbedded(a)
export const withIngress = (a: Answers) => a['access.mode'] === 'ingress'
export const withTls = (mode: string) => (a: Answers) => withIngress(a) && a['tls.mode'] === mode
export const withAuth = (a: Answers) => a['auth.enabled'] !== false
export const withPolicies = (a: Answers) => a['network.enabled'] === true
export const withBackup = (a: Answers) => a['backup.enabled'] === true
export const withMetrics = (a: Answers) => a['metrics.enabled'] === true
export const withTracing = (a: Answers) => a['tracing.enabled'] === true
export const withAutoscaling = (a: Answers) => a['size.autoscaling'] === true
export const always = () => true
