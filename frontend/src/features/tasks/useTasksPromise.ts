import { useScope } from '../../live/scope'
import { useLive } from '../../live/store'

/** Which tasks will show by themselves, as far as the gateways in sight tell of tasks at all. */
export function useTasksPromise(): string {
  const scope = useScope()
  return useLive((live) => {
    const told = Object.keys(live.gateways)
      .filter((id) => scope === '' || id === scope)
      .map((id) => live.deliveries[`${id}/tasks`])
    const reasons = told.map((of) => of?.reason ?? '').filter((reason) => reason !== '')
    if (reasons.length > 0) return [...new Set(reasons)].join(' ')
    if (told.length > 0 && told.every((of) => of?.delivery === 'pushed'))
      return 'Video and image generations appear here when they are queued.'
    return 'What the gateway tells of tasks is not known yet.'
  })
}
