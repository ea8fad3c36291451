// Makes window.go and window.runtime as the window toolkit would, over a
// WebSocket. BOUND is written before this.
{
  const socket = new WebSocket(`ws://${location.host}/bridge`)
  const opened = new Promise((resolve) => socket.addEventListener('open', resolve))
  const waiting = new Map()
  const listeners = new Map()
  let last = 0
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(data)
    if (message.event) {
      for (const fn of listeners.get(message.event) ?? []) fn(message.data)
      return
    }
    const [resolve, reject] = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error !== undefined) reject(message.error)
    else resolve(message.data ?? null)
  })
  let gone = false
  socket.addEventListener('close', () => {
    gone = true
    for (const [, reject] of waiting.values()) reject('the program has ended')
    waiting.clear()
  })
  const call = (service, method) => async (...args) => {
    await opened
    if (gone) throw 'the program has ended'
    const id = ++last
    return new Promise((resolve, reject) => {
      waiting.set(id, [resolve, reject])
      socket.send(JSON.stringify({ id, service, method, args }))
    })
  }
  const app = {}
  for (const [service, methods] of Object.entries(BOUND))
    app[service] = Object.fromEntries(methods.map((method) => [method, call(service, method)]))
  window.go = { app }
  window.runtime = {
    EventsOn(name, fn) {
      const all = listeners.get(name) ?? new Set()
      listeners.set(name, all.add(fn))
      return () => all.delete(fn)
    },
  }
}
