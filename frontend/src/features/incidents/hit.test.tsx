import { screen, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { fakeBridge } from '../../bridge/fake'
import { worldOf } from '../../bridge/fakeWorld'
import { aHit } from '../../bridge/fixtures'
import type { Hit, IncidentAlert } from '../../bridge/types'
import { given, renderWith } from '../../test/render'
import { CausesOf } from '../alerts'
import { WhoIsHit } from './WhoIsHit'

const live = worldOf('busy', Date.now())
const alert = Object.values(live.alerts).find((one) => one.entityKind === 'provider')

/** What the panel of an alert about a provider and the page of its incident say of who is hit. */
async function said(hit: Partial<Hit>, page: 'alert' | 'incident'): Promise<string> {
  if (!alert) throw new Error('no alert is about a provider')
  const answers = { Alerts: { Causes: async () => ({ candidates: [], hit: aHit(hit) }) } }
  const { id, entityKind, entity } = alert
  const about = { id, entityKind, entity } as IncidentAlert
  given(live)
  renderWith(
    page === 'alert' ? <CausesOf alert={alert} /> : <WhoIsHit gateway={alert.gateway} about={about} />,
    fakeBridge({ live, answers }),
  )
  const words = () => document.querySelector('[data-fact="alert.hit"]')?.textContent ?? ''
  await waitFor(() => expect(words()).not.toBe(''))
  return words()
}

describe.each(['alert', 'incident'] as const)('who is hit, on the page of an %s', (page) => {
  it('is not known, and why, where the mappings may not be read', async () => {
    const why = "The gateway's Admin API does not let us read this now (HTTP status 403)."
    const words = await said({ known: false, why, minutes: 0 }, page)
    expect(words).toBe(`Not known: ${why}`)
    expect(screen.queryByText(/No model is|No key spent|0 keys/)).toBeNull()
  })

  it('is nobody only where that is known', async () => {
    expect(await said({}, page)).toContain('No key spent anything on its models')
  })

  it('may be somebody where the log names no model', async () => {
    const words = await said({ untold: 3_000_000_000 }, page)
    expect(words).toContain('No key is known to have spent anything')
    expect(words).toContain('Of $3.00 more no model is known')
  })

  it('says since when it is old', async () => {
    const why = 'The gateway’s Admin API cannot be reached.'
    expect(await said({ why, asOf: Date.now() }, page)).toMatch(
      /mappings are as they were at \d\d:\d\d: The gateway/,
    )
  })
})
