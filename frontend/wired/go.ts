import type { Page } from 'playwright-core'
import type { GatewayInput, Live, RuleView } from '../src/bridge/types'

/** What Go binds, as far as tests call it past the page's controls. */
type Go = {
  go: {
    app: {
      Alerts: { Rules(): Promise<RuleView[]> }
      Gateways: { Save(input: unknown, virtual: string, master: string): Promise<{ id: string }> }
      Live: { Snapshot(): Promise<{ live: Live }> }
    }
  }
}

/** Everything that the engine shows now: not as the page has it, but as Go says it. */
export const liveOf = (page: Page): Promise<Live> =>
  page.evaluate(async () => (await (window as unknown as Go).go.app.Live.Snapshot()).live)

/** The alert rules with the numbers in force. */
export const rulesOf = (page: Page): Promise<RuleView[]> =>
  page.evaluate(() => (window as unknown as Go).go.app.Alerts.Rules())

/** Stores a gateway with its first keys, past the form, and gives its id. */
export const saveGateway = (
  page: Page,
  input: GatewayInput,
  virtual: string,
  master: string,
): Promise<string> =>
  page.evaluate(
    async (of) => (await (window as unknown as Go).go.app.Gateways.Save(of.input, of.virtual, of.master)).id,
    { input, virtual, master },
  )
