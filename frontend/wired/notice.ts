/** A native notification as the desktop got it. */
export type Notice = {
  number: number
  title: string
  body: string
  urgency: number
  actions: string[]
  silent: boolean
  sound: string
  shown: boolean
}
