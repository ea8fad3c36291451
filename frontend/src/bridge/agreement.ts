import type * as Alerts from '../../wailsjs/go/app/Alerts'
import type * as App from '../../wailsjs/go/app/App'
import type * as Gateways from '../../wailsjs/go/app/Gateways'
import type * as History from '../../wailsjs/go/app/History'
import type * as Live from '../../wailsjs/go/app/Live'
import type * as Settings from '../../wailsjs/go/app/Settings'
import type * as Tasks from '../../wailsjs/go/app/Tasks'
import type { Services } from './bridge'

/** What Go binds, as generated. */
type Bound = {
  Live: typeof Live
  Gateways: typeof Gateways
  Alerts: typeof Alerts
  History: typeof History
  Tasks: typeof Tasks
  Settings: typeof Settings
  App: typeof App
}

type Agrees<Wanted, Given extends Wanted> = Given
type Nothing<T extends never> = T

/** Does not compile if Go lacks a method that the pages call, or gives it another shape. */
export type EverythingIsBound = Agrees<Services, Bound>

type Forgotten = { [S in keyof Services]: Exclude<keyof Bound[S], keyof Services[S]> }[keyof Services]

/** Does not compile if Go binds a method that the door does not have. */
export type NothingIsForgotten = Nothing<Forgotten>
