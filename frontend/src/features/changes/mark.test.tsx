import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import { BridgeError } from '../../bridge/errors'
import { renderWith } from '../../test/render'
import { MarkForm, pastMoment } from './MarkForm'

const noon = new Date(2026, 10, 29, 12, 0).getTime()

it('reads a time alone as the last such time, and none that is to come', () => {
  expect(pastMoment('  ', noon)).toBe(null)
  expect(pastMoment('11:59', noon)).toEqual({ at: new Date(2026, 10, 29, 11, 59).getTime() })
  expect(pastMoment('12:01', noon)).toEqual({ at: new Date(2026, 10, 28, 12, 1).getTime() })
  expect(pastMoment('2026-11-29 12:02', noon)).toEqual({ wrong: 'That is not over yet.' })
  expect(pastMoment('yesterday', noon)).toMatchObject({ wrong: expect.stringMatching(/such as/) })
})

it('keeps what was typed if the mark is refused, and sets it then', async () => {
  const type = (field: string, value: string) =>
    fireEvent.change(screen.getByLabelText(field), { target: { value } })
  const { bridge } = renderWith(<MarkForm />)
  const set = vi
    .spyOn(bridge.History, 'SetMark')
    .mockRejectedValueOnce(new BridgeError('usage', 'No such gateway is watched.'))
    .mockResolvedValue(undefined)
  fireEvent.click(screen.getByRole('button', { name: 'Set a mark…' }))
  const button = await screen.findByRole('button', { name: 'Set the mark' })
  expect(button).toHaveProperty('disabled', true)
  type('What was done', 'Deployed web 1.4')
  type('When', '99:99')
  expect(screen.getByText('There is no such time.')).toBeTruthy()
  expect(button).toHaveProperty('disabled', true)
  type('When', '')
  fireEvent.click(button)
  expect(await screen.findByText('No such gateway is watched.')).toBeTruthy()
  fireEvent.click(button)
  await waitFor(() => expect(set).toHaveBeenCalledTimes(2))
  expect(set).toHaveBeenLastCalledWith('Deployed web 1.4', '', 0)
})
