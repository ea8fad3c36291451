import { act, render } from '@testing-library/react'
import { expect, it } from 'vitest'
import { setClock } from '../lib/time'
import { Clock, Said } from './text'

it('keeps a name that is written from right to left whole, and the sentence around it in its order', () => {
  const { container } = render(<Said>{'مفتاح البحث spent $0.01 on bulk, 5 % of فريق 2 is left'}</Said>)
  const sentence = container.firstElementChild
  expect(sentence?.getAttribute('dir')).toBe('ltr')
  expect(sentence?.textContent).toBe('مفتاح البحث spent $0.01 on bulk, 5 % of فريق 2 is left')
  expect([...(sentence?.children ?? [])].map((name) => name.textContent)).toEqual(['مفتاح البحث', 'فريق'])
})

it('leaves a sentence without such a name as it is', () => {
  const { container } = render(<Said>platform-api spent $0.01</Said>)
  expect(container.firstElementChild?.children.length).toBe(0)
})

it('a time says its day once that is over', () => {
  try {
    act(() => setClock(() => new Date(2026, 11, 2, 23, 59, 58).getTime()))
    const at = new Date(2026, 11, 2, 23, 59, 50).getTime()
    const { container } = render(<Clock at={at} fact="booking.at" />)
    expect(container.textContent).toBe('23:59:50')
    act(() => setClock(() => new Date(2026, 11, 3, 0, 0, 2).getTime()))
    expect(container.textContent).toBe('Dec 2, 23:59:50')
  } finally {
    act(() => setClock(null))
  }
})
