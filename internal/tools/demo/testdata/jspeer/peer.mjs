// The official JavaScript client, told by one JSON argument what to do. It
// writes one JSON line for everything that happens; the Go test reads them.
//
//   url, token, header   where to connect and with what
//   transport            "WebSockets" or "ServerSentEvents"
//   targets              the events to report, in the order in which they come
//   calls                [method, ...args] to invoke, one after the other
//   events               stop after so many events
//   closes               stop when the connection was closed by the server
import { HttpTransportType, HubConnectionBuilder, LogLevel } from "@microsoft/signalr";

const plan = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const options = { transport: HttpTransportType[plan.transport], headers: plan.header ?? {} };
if (plan.token !== undefined) options.accessTokenFactory = () => plan.token;

const connection = new HubConnectionBuilder()
  .withUrl(plan.url, options)
  .configureLogging(LogLevel.None)
  .build();

let events = 0;
let enough;
const received = new Promise((resolve) => {
  enough = resolve;
});
for (const target of plan.targets ?? []) {
  connection.on(target, (...args) => {
    events += 1;
    say({ kind: "event", target, args });
    if (!plan.closes && events === (plan.events ?? 0)) enough();
  });
}
const closed = new Promise((resolve) => {
  connection.onclose((error) => {
    say({ kind: "closed", error: error ? String(error.message) : "" });
    resolve();
  });
});

try {
  await connection.start();
  say({ kind: "connected" });
  for (const [method, ...args] of plan.calls ?? []) {
    try {
      const result = await connection.invoke(method, ...args);
      say({ kind: "result", method, result: result ?? null });
    } catch (error) {
      say({ kind: "failed", method, error: String(error.message) });
    }
  }
  if (plan.closes) await closed;
  else if ((plan.events ?? 0) > events) await Promise.race([received, closed]);
  await connection.stop();
  say({ kind: "end", events });
} catch (error) {
  say({ kind: "refused", error: String(error.message) });
}
