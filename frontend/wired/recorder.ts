import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'

/** A request as it reached a gateway. */
export type Received = {
  at: number
  method: string
  path: string
  /** The key it came with, wherever it was. */
  key: string
  /** Whether it opened a WebSocket. */
  socket: boolean
}

/** Stands before one half of a gateway, passes everything on, and writes down what came. */
export class Recorder {
  readonly received: Received[] = []
  /** The beginning of paths that are answered with 403, whoever asks. */
  barred = ''
  /** How many of them pass first. */
  passes = 0
  private readonly sockets = new Set<Socket>()
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async before(target: string): Promise<Recorder> {
    const to = new URL(target)
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no address')
    const recorder = new Recorder(server, `http://127.0.0.1:${address.port}`)
    server.on('request', (from, answer) => {
      recorder.note(from, false)
      if (
        recorder.barred !== '' &&
        from.url?.toLowerCase().startsWith(recorder.barred) &&
        recorder.passes-- <= 0
      ) {
        answer.writeHead(403, { 'Content-Type': 'application/json' }).end('{"error":"Forbidden"}')
        return
      }
      const on = request(
        { host: to.hostname, port: to.port, method: from.method, path: from.url, headers: from.headers },
        (given) => {
          answer.writeHead(given.statusCode ?? 502, given.headers)
          given.pipe(answer)
        },
      )
      on.on('error', () => answer.destroy())
      from.pipe(on)
    })
    server.on('upgrade', (from, socket: Socket, head) => {
      recorder.note(from, true)
      const on = connect(Number(to.port), to.hostname, () => {
        const lines = [`${from.method} ${from.url} HTTP/1.1`]
        for (let i = 0; i < from.rawHeaders.length; i += 2)
          lines.push(`${from.rawHeaders[i]}: ${from.rawHeaders[i + 1]}`)
        on.write(`${lines.join('\r\n')}\r\n\r\n`)
        on.write(head)
        on.pipe(socket)
        socket.pipe(on)
      })
      for (const one of [on, socket]) {
        recorder.sockets.add(one)
        one.on('error', () => {})
        one.on('close', () => {
          on.destroy()
          socket.destroy()
          recorder.sockets.delete(one)
        })
      }
    })
    return recorder
  }

  private note(from: IncomingMessage, socket: boolean): void {
    const url = new URL(from.url ?? '/', this.url)
    const bearer = /^Bearer (.*)$/.exec(from.headers.authorization ?? '')?.[1]
    const header = from.headers['x-master-key'] ?? bearer
    this.received.push({
      at: Date.now(),
      method: from.method ?? '',
      path: url.pathname,
      key: String(header ?? url.searchParams.get('access_token') ?? ''),
      socket,
    })
  }

  /** How many WebSockets are open. */
  get open(): number {
    return this.sockets.size / 2
  }

  /** What came since a moment, of a path. */
  since(at: number, path: RegExp = /./): Received[] {
    return this.received.filter((one) => one.at >= at && path.test(one.path))
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
