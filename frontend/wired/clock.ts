import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'

/** The clock of a program and its gateway, which goes on when it is told to (clock.go.txt). */
export class Clock {
  private wall = 0
  private mono = 0

  constructor(readonly path: string) {
    writeFileSync(path, Buffer.alloc(16))
  }

  /** How far it is ahead of the computer's, ms. */
  get ahead(): number {
    return this.wall * 1000
  }

  /** Goes on by so many seconds; asleep, the monotonic clock stands still. */
  move(seconds: number, asleep: boolean): void {
    this.wall += seconds
    if (!asleep) this.mono += seconds
    const both = Buffer.alloc(16)
    both.writeBigInt64LE(BigInt(this.wall), 0)
    both.writeBigInt64LE(BigInt(this.mono), 8)
    const file = openSync(this.path, 'r+') // in place: the program has it in its memory
    writeSync(file, both, 0, 16, 0)
    closeSync(file)
  }
}
