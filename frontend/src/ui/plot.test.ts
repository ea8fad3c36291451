import { afterEach, describe, expect, it, vi } from 'vitest'
import { placeMarks, plot, stack } from './plot'
import { coloursOf, SERIES_COLOURS } from './seriesColours'

describe('stack', () => {
  it('puts each line onto those before it, and leaves what is not known a gap', () => {
    const lines = [
      { name: 'a', colour: '', values: [1, -1, 3] },
      { name: 'b', colour: '', values: [10, 20, -1] },
      { name: 'c', colour: '', values: [100] },
    ]
    expect(stack(lines, 3)).toEqual([
      [1, null, 3],
      [11, 20, null],
      [111, null, null],
    ])
  })
})

describe('coloursOf', () => {
  it('gives each name its own as far as there are enough, whatever the order', () => {
    const names = ['OpenAI', 'Anthropic', 'Groq', 'Mistral', 'Gemini', 'Azure']
    const colours = coloursOf(names)
    expect(new Set(colours.values()).size).toBe(SERIES_COLOURS.length)
    expect(coloursOf([...names].reverse())).toEqual(colours)
  })
})

describe('the texts of marks', () => {
  const at = (...x: number[]) => x.map((x) => ({ x, width: 60 }))
  it('stand beside their lines, on the other side at the edge', () => {
    expect(placeMarks(at(10, 180), 0, 200, 4)).toEqual([
      { from: 14, row: 0 },
      { from: 116, row: 0 },
    ])
  })
  it('stand below one another where they would lie over one another, and are left out where there is no room', () => {
    const marks = at(190, 191, 192, 193, 194)
    const places = placeMarks(marks, 0, 200, 4)
    const drawn = places.filter((place) => place !== null)
    expect(drawn.map((place) => place.row)).toEqual([3, 2, 1, 0])
    expect(places[0]).toBe(null)
  })
  it('leave room between each other whatever the marks', () => {
    const marks = Array.from({ length: 40 }, (_, i) => ({ x: (i * 37) % 400, width: 20 + ((i * 13) % 70) }))
    const places = placeMarks(marks, 0, 400, 4)
    const boxes = places.flatMap((place, i) => (place ? [{ ...place, width: marks[i]?.width ?? 0 }] : []))
    for (const a of boxes)
      for (const b of boxes)
        if (a !== b && a.row === b.row)
          expect(a.from + a.width + 4 <= b.from || b.from + b.width + 4 <= a.from).toBe(true)
  })
})

describe('a chart that is drawn', () => {
  afterEach(() => vi.restoreAllMocks())
  it('has room for the text of a mark that comes while its times stay the same', async () => {
    const context: unknown = new Proxy(
      {},
      { get: () => () => ({ width: 40 }), set: () => true }, // draws nothing
    )
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never)
    vi.stubGlobal('Path2D', class {})
    for (const name of ['moveTo', 'lineTo', 'rect', 'arc', 'addPath', 'closePath'])
      Object.defineProperty(Path2D.prototype, name, { value: () => {} })
    const into = document.body.appendChild(document.createElement('div'))
    const times = [60_000, 120_000, 180_000]
    const lines = [{ name: 'Spend', colour: '--s1', values: [1, 2, 3] }]
    const chart = plot(into, times, lines, [], [])
    await Promise.resolve() // it draws in a microtask
    const room = () => Number.parseFloat(into.querySelector<HTMLElement>('.u-over')?.style.top ?? '')
    const before = room()
    chart.set(times, lines, [{ at: 120_000, text: 'deploy web 1.4' }], [])
    await Promise.resolve()
    expect(room()).toBe(before + 13)
    chart.set(times, lines, [], [])
    await Promise.resolve()
    expect(room()).toBe(before)
    chart.destroy()
  })
})
