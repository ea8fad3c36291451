/** How large the window can be drawn, in per cent of its usual size. Go takes 70 to 200. */
export const TEXT_SIZES = [70, 80, 90, 100, 110, 125, 150, 175, 200] as const

/** The size that a key asks for beside Ctrl, from the size that is in force; undefined if it is another key. */
export function stepOf(percent: number, key: string): number | undefined {
  switch (key) {
    case '+':
    case '=':
      return TEXT_SIZES.find((size) => size > percent) ?? percent
    case '-':
    case '_':
      return TEXT_SIZES.findLast((size) => size < percent) ?? percent
    case '0':
      return 100
  }
  return undefined
}

/**
 * Who draws the window at another size: the program at once, WebView2 of Windows by
 * its own keys and from the next start on, and under macOS nobody.
 */
export const DRAWN_BY: 'program' | 'webview' | 'nobody' = navigator.userAgent.includes('Windows')
  ? 'webview'
  : navigator.userAgent.includes('Macintosh')
    ? 'nobody'
    : 'program'
