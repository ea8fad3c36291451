import { render } from '@testing-library/react'
import { expect, it } from 'vitest'
import { Said } from './text'

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
