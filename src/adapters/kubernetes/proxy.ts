import { BlockList, isIP } from 'node:net'

/**
 * The proxy that the environment names for this server, as kubectl reads it (HTTPS_PROXY, HTTP_PROXY, NO_PROXY in both
 * spellings); undefined for none. Loopback addresses are never proxied.
 */
export function proxyFor(server: string, env: NodeJS.ProcessEnv): string | undefined {
  const url = new URL(server)
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return undefined
  const name = url.protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY'
  const proxy = env[name] || env[name.toLowerCase()]
  if (!proxy || isExcepted(host, url.port, env.NO_PROXY || env.no_proxy || '')) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function isExcepted(host: string, port: string, list: string): boolean {
  return list.split(',').some((raw) => {
    const entry = raw.trim().toLowerCase()
    if (entry === '') return false
    if (entry === '*') return true
    if (entry.includes('/')) return isInNetwork(host, entry)
    const [name = '', wantedPort] = isIP(entry) === 6 ? [entry] : entry.split(':')
    if (wantedPort && wantedPort !== (port || '443')) return false
    const bare = name.replace(/^\*?\./, '')
    // `.example.com` means only names below it, `example.com` also itself.
    return (!name.startsWith('.') && host === bare) || host.endsWith(`.${bare}`)
  })
}

function isInNetwork(host: string, network: string): boolean {
  const version = isIP(host)
  const [address = '', bits] = network.split('/')
  if (version === 0 || isIP(address) !== version) return false
  const family = version === 6 ? 'ipv6' : 'ipv4'
  const block = new BlockList()
  block.addSubnet(address, Number(bits), family)
  return block.check(host, family)
}
