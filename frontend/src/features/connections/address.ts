/** Addresses of gateways, as people type them. */

/** Whether a host is this computer or in a private network, where http is usual. */
function isPrivateHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  if (name === 'localhost' || /\.(localhost|local|lan|internal|home\.arpa)$/.test(name)) return true
  if (name === '::1' || /^(fc|fd|fe8|fe9|fea|feb)[0-9a-f]*:/.test(name)) return true
  const parts = name.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    return !name.includes('.') && !name.includes(':') // a name without a domain is of this network
  const [a = 0, b = 0] = parts
  return (
    a === 127 ||
    a === 10 ||
    (a === 192 && b === 168) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 169 && b === 254)
  )
}

/** An address with the scheme that was left out: https, or http where that is usual. */
export function completeAddress(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) return trimmed
  let host: string
  try {
    host = new URL(`https://${trimmed}`).hostname
  } catch {
    return trimmed
  }
  return `${isPrivateHost(host) ? 'http' : 'https'}://${trimmed}`
}

/** Whether the host of an address is of digits and dots only and no IPv4 address, such as one that is half typed. */
export function isHalfAddress(whole: string): boolean {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#:]*)/i.exec(whole)?.[1] ?? ''
  if (!/^[\d.]+$/.test(host)) return false
  const parts = host.split('.')
  return parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
}

/** Why text is not an address to connect to, or null. */
export function checkAddress(text: string, required: boolean): string | null {
  const whole = completeAddress(text)
  if (whole === '') return required ? 'Enter at least one address.' : null
  let url: URL
  try {
    url = new URL(whole)
  } catch {
    return 'Enter an address, such as https://gateway.example.com'
  }
  if (isHalfAddress(whole)) return 'Enter an address, such as https://gateway.example.com'
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return 'The address begins with https:// or http://'
  if (url.username || url.password)
    return 'Leave out what is before the “@”: keys go into fields of their own, not into the address.'
  if (/[?#]/.test(whole)) return `Leave out everything from “${whole.includes('?') ? '?' : '#'}” on.`
  return null
}

/** Why a text cannot name a gateway, or null. */
export function checkName(text: string): string | null {
  if (text.trim() === '') return 'Give it a name.'
  return [...text.trim()].length > 80 ? 'At most 80 characters.' : null
}

/** The hosts that keys would reach unencrypted through other people's networks. */
export function openHosts(...addresses: string[]): string[] {
  const hosts = addresses.flatMap((address) => {
    try {
      const url = new URL(completeAddress(address))
      return url.protocol === 'http:' && !isPrivateHost(url.hostname) ? [url.host] : []
    } catch {
      return []
    }
  })
  return [...new Set(hosts)]
}

/** The keys in a text that was typed or pasted. */
export function keysOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean)
}

/** What the address of the page begins with that tests a gateway. */
export const TEST = 'test:'

/** What the address of a gateway's card on the page begins with. */
export const CARD = 'card:'
