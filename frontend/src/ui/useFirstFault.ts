import { useCallback, useEffect, useRef, useState } from 'react'

/** The way to the first field of a form that is wrong, which may be out of sight: once what is wrong is shown. */
export function useFirstFault() {
  const form = useRef<HTMLFormElement>(null)
  const [asked, setAsked] = useState(0)
  useEffect(() => {
    if (asked === 0) return
    const first = form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong]')
    first?.focus({ preventScroll: true })
    first?.scrollIntoView({ block: 'center' })
  }, [asked])
  const goTo = useCallback(() => setAsked((times) => times + 1), [])
  return { form, goTo }
}
