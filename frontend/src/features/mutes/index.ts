/** What other features may use of muting. */
export { loadMutes, MuteButton } from './MuteButton'
export { useMuteAct, useMutes } from './queries'
export { EVERYTHING, HOW_LONG, inMinutes, tomorrowMorning } from './scopes'
