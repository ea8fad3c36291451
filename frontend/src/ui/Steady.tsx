import { type ReactNode, useEffect, useRef } from 'react'

/** Keeps the room of lines that come and go: it grows with them, and is as high afterwards, so that what stands below stays where it is. */
export function Steady({ children, className }: { children: ReactNode; className?: string | undefined }) {
  const kept = useRef<HTMLSpanElement>(null)
  const lines = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (!lines.current || typeof ResizeObserver === 'undefined') return
    let width = 0
    let most = 0
    const watch = new ResizeObserver(([entry]) => {
      if (!entry || !kept.current) return
      if (entry.contentRect.width !== width) most = 0 // other lines have room in it
      width = entry.contentRect.width
      most = Math.max(most, entry.contentRect.height)
      if (most > 0) kept.current.style.minHeight = `${most}px`
    })
    watch.observe(lines.current)
    return () => watch.disconnect()
  }, [])
  return (
    <span ref={kept} className={className} style={{ display: 'block' }}>
      <span ref={lines} style={{ display: 'flow-root' }}>
        {children}
      </span>
    </span>
  )
}
