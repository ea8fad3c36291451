import { type ComponentProps, memo, type ReactNode } from 'react'
import { clock, clockSeconds, fullTime } from '../lib/format'
import { QUARTER_MS, useAgo, useNow } from '../lib/time'
import { shows } from './Fact'

/** What a gateway calls something. Only ever text, and its direction stays its own. */
export function Name({ children, or }: { children: string; or?: string | undefined }) {
  return (
    <bdi className="name" title={children || or} {...shows('name')}>
      {children || or || 'unnamed'}
    </bdi>
  )
}

/** Letters that are written from right to left, with what stands between them. */
const LEFTWARD =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+(?:[^A-Za-z\d\u0590-\u08ff]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)*/g

/** A sentence of ours with names of others in it: it is read from left to right, whatever a name begins with, and names stay whole. */
export function Said({ children, ...of }: ComponentProps<'bdi'> & { children: string }) {
  const parts: ReactNode[] = []
  let end = 0
  for (const found of children.matchAll(LEFTWARD)) {
    parts.push(children.slice(end, found.index), <bdi key={found.index}>{found[0]}</bdi>)
    end = found.index + found[0].length
  }
  return (
    <bdi dir="ltr" {...of}>
      {end === 0 ? children : [...parts, children.slice(end)]}
    </bdi>
  )
}

/** How much of the end of a name is never cut: what tells ids apart stands there. */
const END = 8

/** What a gateway calls something, cut in its middle where there is no room. */
export function CutName({ children }: { children: string }) {
  const end = [...children].slice(-END).join('')
  return (
    <bdi className="cut" title={children} {...shows('name')}>
      <span>{children.slice(0, children.length - end.length)}</span>
      <span>{end}</span>
    </bdi>
  )
}

/** "9 s ago", kept true, with the exact time on hover. */
export const TimeAgo = memo(function TimeAgo({
  at,
  otherwise = 'never',
  fact,
  of,
}: {
  at: number
  otherwise?: string
  /** Which fact the time is, and of what. */
  fact: string
  of?: string
}) {
  const text = useAgo(at, otherwise)
  return (
    <time className="num" title={fullTime(at)} {...timeOf(at)} {...shows(fact, of)}>
      {text}
    </time>
  )
})

/** "14:02:09", with the date on hover; of what is foreseen or planned, without seconds. */
export function Clock({
  at,
  fact,
  of,
  about = false,
}: {
  at: number
  fact: string
  of?: string
  about?: boolean
}) {
  const day = useNow(QUARTER_MS) // after midnight the day is said, too
  return (
    <time className="num" title={fullTime(at)} {...timeOf(at)} {...shows(fact, of)}>
      {about ? clock(at, day) : clockSeconds(at, day)}
    </time>
  )
}

const timeOf = (at: number) => (at > 0 ? { dateTime: new Date(at).toISOString() } : {})
