import { act, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import { renderWith } from '../test/render'
import { PageFrame } from './PageFrame'

it('a ring is drawn around a page that was reached by Tab, not by a click or by the program', async () => {
  const user = userEvent.setup()
  renderWith(
    <PageFrame scroll>
      <p>words</p>
    </PageFrame>,
  )
  const page = screen.getByRole('group', { name: 'Page content' })
  await user.tab()
  expect(document.activeElement).toBe(page)
  expect(page.hasAttribute('data-ring')).toBe(true)
  act(() => page.blur())
  await user.click(screen.getByText('words'))
  await user.keyboard('{Escape}')
  act(() => page.focus())
  expect(page.hasAttribute('data-ring')).toBe(false)
})
