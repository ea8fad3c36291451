/** Runs in the page: a browser that is driven says of every page that it is in front. */
export function frontAndBack(): void {
  let inFront = false
  document.hasFocus = () => inFront
  Object.assign(window, {
    bringToFront: (front: boolean) => {
      inFront = front
      window.dispatchEvent(new Event(front ? 'focus' : 'blur'))
    },
  })
}

/** Runs in the page: it goes by the clock that the program goes by. */
export function aheadOfTime(): void {
  const real = Date
  const ahead = () => (window as unknown as { ahead?: number }).ahead ?? 0
  class Moved extends real {
    constructor(...of: []) {
      super(...(of.length === 0 ? ([real.now() + ahead()] as unknown as []) : of))
    }
    static override now(): number {
      return real.now() + ahead()
    }
  }
  globalThis.Date = Moved as DateConstructor
}

/** Runs in the page: says how far its clock is ahead. */
export function setAhead(ahead: number): void {
  Object.assign(window, { ahead })
}
