import { createContext, useContext } from 'react'

/** The box that scrolls the page as a whole; null where a table of the page scrolls by itself. */
export const PageScroll = createContext<HTMLElement | null>(null)

/** The box that scrolls the page which this stands on. */
export function usePageScroll(): HTMLElement | null {
  return useContext(PageScroll)
}
