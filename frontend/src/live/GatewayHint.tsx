import { shows } from '../ui/Fact'
import { useScope } from './scope'
import { useLive } from './store'

type Named = { gateway: string; name: string }

/** The names that things of more than one gateway bear, by the list that they are in. */
const shared = new WeakMap<object, ReadonlySet<string>>()

function sharedNames(things: Record<string, Named>): ReadonlySet<string> {
  const known = shared.get(things)
  if (known) return known
  const first = new Map<string, string>()
  const names = new Set<string>()
  for (const { gateway, name } of Object.values(things)) {
    const other = first.get(name)
    if (other === undefined) first.set(name, gateway)
    else if (other !== gateway) names.add(name)
  }
  shared.set(things, names)
  return names
}

/**
 * The gateway of a thing, where its name does not tell which one is meant: another
 * gateway in sight has one of the same name. Of a change, wherever there are several gateways.
 */
export function GatewayHint({
  of,
  among,
}: {
  of: Named
  among: 'providers' | 'groups' | 'keys' | 'changes'
}) {
  const scope = useScope()
  const label = useLive((live) => {
    if (scope !== '' || of.gateway === '') return ''
    const needed =
      among === 'changes' ? Object.keys(live.gateways).length > 1 : sharedNames(live[among]).has(of.name)
    return needed ? (live.gateways[of.gateway]?.label ?? of.gateway) : ''
  })
  return label ? (
    <span className="faint hint">
      <bdi title={label} {...shows('gateway.hint', of.gateway)}>
        {label}
      </bdi>
    </span>
  ) : null
}
