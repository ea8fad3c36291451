// Writes and signs the file that names this version, for those whose Gatewatch
// looks for a newer one, to the standard output.
//
//   ANNOUNCE_KEY     an ed25519 private key (PEM; openssl genpkey -algorithm ed25519)
//   VERSION, SOURCE_DATE_EPOCH   as everywhere in a release: the same bytes twice
//   ANNOUNCE_NOTES   address of what is new; none if it is empty
//   ANNOUNCE_DAYS    after how many days it is not believed any more; never if it is empty
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'

const { ANNOUNCE_KEY = '', ANNOUNCE_NOTES = '', ANNOUNCE_DAYS = '', VERSION = '' } = process.env
const key = createPrivateKey(readFileSync(ANNOUNCE_KEY))
if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${ANNOUNCE_KEY} is no ed25519 key`)
const at = Number(process.env.SOURCE_DATE_EPOCH) * 1000
const says = { version: VERSION, at: new Date(at).toISOString() }
if (ANNOUNCE_DAYS) says.until = new Date(at + Number(ANNOUNCE_DAYS) * 86_400_000).toISOString()
if (ANNOUNCE_NOTES) says.notes = ANNOUNCE_NOTES

const heading = 'gatewatch-version 1\n'
const signed = `${JSON.stringify(says)}\n`
process.stdout.write(`${heading}${sign(null, Buffer.from(heading + signed), key).toString('base64')}\n${signed}`)
const raw = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32)
process.stderr.write(`  the key for the settings: ${raw.toString('base64')}\n`)
