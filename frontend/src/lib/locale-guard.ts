/**
 * Under LANG=C WebKitGTK says that the language is "C", which Intl rejects,
 * and the chart library asks Intl while it loads. Import this before it.
 */
import { usableLocale } from './format'

const usable = usableLocale(navigator.language)
if (usable.split('-')[0] !== navigator.language.split('-')[0]) {
  Object.defineProperty(navigator, 'language', { value: usable, configurable: true })
}
