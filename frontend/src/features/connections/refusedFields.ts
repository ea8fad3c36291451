import type { RefusedField } from '../../bridge/errors'

/** What Go refused of a profile, by the field of its form; what no form has is left out. */
export function refusedFields(fields: readonly RefusedField[]): Record<string, string> {
  const known = fields.flatMap(({ path, message }) => {
    const own = /^profiles\[\d+\]\.(.+)$/.exec(path)?.[1]
    const name = own
      ?.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
      .replace(/^webhooks\[(\d+)\]$/, 'webhooks.$1.url')
    return name && FIELDS.test(name) ? [[name, message] as const] : []
  })
  return Object.fromEntries(known)
}

const FIELDS =
  /^(label|coreUrl|adminUrl|colour|webhooks\.\d+\.url|network\.(proxy|caFile|clientCert|clientKey|transports))$/
