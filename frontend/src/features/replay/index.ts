export { ReplayButton, showAsItWas } from './ReplayButton'
