import { type BridgeError, type RefusedField, toBridgeError } from '../../bridge/errors'

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

/** What saving failed with, if no field of the form says it. */
export function unplaced(error: Error | null): BridgeError | null {
  const of = error ? toBridgeError(error) : null
  return of && Object.keys(refusedFields(of.fields)).length === 0 ? of : null
}
