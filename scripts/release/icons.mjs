// Puts PNG files into one icon file, or walks an icns file to its end:
// icons.mjs ico|icns FILE PNG..., icons.mjs check FILE
import { readFileSync, writeFileSync } from 'node:fs'

const [kind, file, ...names] = process.argv.slice(2)
const pngs = names.map((name) => {
  const data = readFileSync(name)
  if (data.toString('latin1', 1, 4) !== 'PNG') throw new Error(`${name} is no PNG`)
  return { data, size: data.readUInt32BE(16) }
})

/** Windows: a directory of 16 bytes an entry, then the files. 256 is written as 0. */
function ico() {
  const head = Buffer.alloc(6 + 16 * pngs.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pngs.length, 4)
  let offset = head.length
  pngs.forEach(({ data, size }, i) => {
    const at = 6 + 16 * i
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(data.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += data.length
  })
  return Buffer.concat([head, ...pngs.map((p) => p.data)])
}

/** macOS: chunks with a type of four letters and their length. A size has a type for each density. */
function icns() {
  const types = { 32: ['ic11'], 64: ['ic12'], 128: ['ic07'], 256: ['ic08', 'ic13'], 512: ['ic09', 'ic14'], 1024: ['ic10'] }
  const chunk = (type, data) => {
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(data.length + 8, 4)
    return Buffer.concat([head, data])
  }
  const parts = pngs.flatMap(({ data, size }) => {
    if (!types[size]) throw new Error(`an icns file has no picture of ${size} pixels`)
    return types[size].map((type) => chunk(type, data))
  })
  return chunk('icns', Buffer.concat(parts))
}

/** Every chunk must be a known picture of its type's size, and the lengths must add up. */
function check() {
  const all = readFileSync(file)
  const sizes = { ic07: 128, ic08: 256, ic09: 512, ic10: 1024, ic11: 32, ic12: 64, ic13: 256, ic14: 512 }
  if (all.toString('latin1', 0, 4) !== 'icns' || all.readUInt32BE(4) !== all.length) throw new Error(`${file} is no icns file`)
  const seen = []
  for (let at = 8; at < all.length; at += all.readUInt32BE(at + 4)) {
    const type = all.toString('latin1', at, at + 4)
    if (all.readUInt32BE(at + 8 + 16) !== sizes[type]) throw new Error(`${type} has the wrong size`)
    seen.push(type)
  }
  for (const type of Object.keys(sizes)) if (!seen.includes(type)) throw new Error(`${type} is missing`)
}

if (kind === 'check') check()
else writeFileSync(file, { ico, icns }[kind]())
