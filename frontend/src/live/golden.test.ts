import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Delta, emptyLive, type Frame, type Live, type Topic } from '../bridge/types'
import { merge } from './merge'

/**
 * Frames as the engine recorded them, with the state that they come to. The
 * same files are checked on the Go side, so that whichever half breaks the
 * contract fails a test that names the frame.
 */
const DIR = join(process.cwd(), '../internal/core/engine/testdata')
const FILES = existsSync(DIR) ? readdirSync(DIR).filter((name) => name.endsWith('.frames.json')) : []

type Recording = { frames: Frame[]; final: Live }

describe('recorded frames', () => {
  it('are there', () => expect(FILES).not.toEqual([]))

  it.each(FILES)('%s comes to the recorded state', (name) => {
    const recording = JSON.parse(readFileSync(join(DIR, name), 'utf8')) as Recording
    expect(recording.frames.length).toBeGreaterThan(0)
    expect(replay(recording)).toEqual(recording.final)
  })

  it.each(FILES)('%s knows the topics that this side knows', (name) => {
    const recording = JSON.parse(readFileSync(join(DIR, name), 'utf8')) as Recording
    expect(Object.keys(recording.final).sort()).toEqual(Object.keys(emptyLive()).sort())
    for (const frame of recording.frames) {
      for (const topic of Object.keys(frame.delta))
        expect(Object.keys(emptyLive()), `frame ${frame.seq}`).toContain(topic)
    }
  })
})

function replay(recording: Recording): Live {
  let seq = (recording.frames[0]?.seq ?? 1) - 1
  return recording.frames.reduce<Live>((live, frame) => {
    expect(frame.seq, 'frames are numbered without a hole').toBe(++seq)
    for (const [topic, changes] of Object.entries(frame.delta)) {
      expect(changes, `frame ${frame.seq}, ${topic as Topic}`).not.toBeNull()
    }
    return merge(live, frame.delta as Delta)
  }, emptyLive())
}
