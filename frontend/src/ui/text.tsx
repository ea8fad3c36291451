import { memo } from 'react'
import { clockSeconds, fullTime, money, rate } from '../lib/format'
import { useAgo } from '../lib/time'

/** What a gateway calls something. Only ever text, and its direction stays its own. */
export function Name({ children, or }: { children: string; or?: string | undefined }) {
  return (
    <bdi className="name" title={children || or}>
      {children || or || 'unnamed'}
    </bdi>
  )
}

/** Nano-dollars, in figures of equal width. */
export function Money({ nano }: { nano: number }) {
  return <span className="num">{money(nano)}</span>
}

/** Nano-dollars an hour. */
export function Rate({ nano }: { nano: number }) {
  return <span className="num">{rate(nano)}</span>
}

/** "9 s ago", kept true, with the exact time on hover. */
export const TimeAgo = memo(function TimeAgo({
  at,
  otherwise = 'never',
}: {
  at: number
  otherwise?: string
}) {
  const text = useAgo(at, otherwise)
  return (
    <time className="num" title={fullTime(at)} {...(at > 0 ? { dateTime: new Date(at).toISOString() } : {})}>
      {text}
    </time>
  )
})

/** "14:02:09", with the date on hover. */
export function Clock({ at }: { at: number }) {
  return (
    <time className="num" title={fullTime(at)} {...(at > 0 ? { dateTime: new Date(at).toISOString() } : {})}>
      {clockSeconds(at)}
    </time>
  )
}
