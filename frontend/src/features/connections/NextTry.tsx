import { memo, useCallback } from 'react'
import { duration } from '../../lib/format'
import { useTicking } from '../../lib/time'
import { shows } from '../../ui/Fact'

/** " · next try 8 s", counting down; nothing if none is planned. */
export const NextTry = memo(function NextTry({ at }: { at: number }) {
  const text = useTicking(
    useCallback(
      (now) => (at <= 0 ? '' : at <= now ? ' · trying now' : ` · next try ${duration(at - now + 999)}`),
      [at],
    ),
  )
  return (
    <span className="num" {...shows('next.try')}>
      {text}
    </span>
  )
})
