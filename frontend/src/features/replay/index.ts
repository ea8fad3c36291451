export { ReplayButton } from './ReplayButton'
