import { useEffect } from 'react'
import { useBridge } from '../bridge/context'

/** How often the page says that it lives, ms; Go reloads it after 10 s of silence. */
const BEAT_MS = 3000

/** What the page does to the world outside React. It shows nothing. */
export function GlobalEffects() {
  const bridge = useBridge()
  useEffect(() => {
    const beat = () => void bridge.App.Ready().catch(() => {})
    // Two frames: the first is asked for before, the second after a paint.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(beat)
    })
    const timer = setInterval(beat, BEAT_MS)
    return () => {
      cancelAnimationFrame(frame)
      clearInterval(timer)
    }
  }, [bridge])

  useEffect(() => {
    const look = () =>
      void bridge.App.SetVisibility(document.visibilityState === 'visible', document.hasFocus()).catch(
        () => {},
      )
    look()
    window.addEventListener('focus', look)
    window.addEventListener('blur', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      window.removeEventListener('focus', look)
      window.removeEventListener('blur', look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [bridge])

  useEffect(() => {
    const log = (message: string, stack: string) =>
      void bridge.App.LogError(message.slice(0, 500), stack.slice(0, 4000)).catch(() => {})
    const onError = (event: ErrorEvent) => log(event.message, (event.error as Error | undefined)?.stack ?? '')
    const onRejection = (event: PromiseRejectionEvent) => {
      const reason: unknown = event.reason
      log(
        reason instanceof Error ? reason.message : String(reason),
        reason instanceof Error ? (reason.stack ?? '') : '',
      )
    }
    window.addEventListener('error', onError)
    window.addEventListener('unhandledrejection', onRejection)
    return () => {
      window.removeEventListener('error', onError)
      window.removeEventListener('unhandledrejection', onRejection)
    }
  }, [bridge])
  return null
}
