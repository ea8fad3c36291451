import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

export type Process = ChildProcessByStdio<Writable, Readable, Readable>

/** Starts a program and waits for the line of its output that says it is ready. */
export async function started(
  command: string,
  args: string[],
  env: Record<string, string>,
  ready: RegExp,
): Promise<{ child: Process; match: RegExpExecArray; output: () => string }> {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  const match = await new Promise<RegExpExecArray>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = ready.exec(output)
      if (found) resolve(found)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${output}`)),
    )
  })
  return { child, match, output: () => output }
}

/** Ends a program and waits until it is gone. */
export async function ended(child: Process): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  child.stdin.end()
  child.kill('SIGTERM')
  const hard = setTimeout(() => child.kill('SIGKILL'), 15_000)
  const code = await gone
  clearTimeout(hard)
  return code
}

/** Runs a program to its end, or until it was there for a while: then it is asked to end. */
export async function ran(
  command: string,
  args: string[],
  env: Record<string, string>,
  enough = 0,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end()
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const asked = enough > 0 ? setTimeout(() => child.kill('SIGTERM'), enough) : undefined
  const limit = setTimeout(() => child.kill('SIGKILL'), 30_000)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code))
  })
  clearTimeout(limit)
  clearTimeout(asked)
  return { code, out, err }
}
