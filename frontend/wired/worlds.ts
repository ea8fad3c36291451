import { WORLD } from './program'

/** A world in which something of everything happens. */
export const BUSY = `${WORLD}
batch spend research-batch to=92%
upstream groq 401
task video task_two run 2s model=chat-default
task image task_three run key=platform-api
chat mobile-app stream model=bulk
`
