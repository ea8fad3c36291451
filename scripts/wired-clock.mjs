// Writes the overlay of a build whose clock tests can move (see frontend/wired/clock.go.txt): wired-clock.mjs GOROOT FOLDER.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'

const [goroot = '', folder = ''] = process.argv.slice(2)
const source = `${goroot}/src/time/time.go`
const text = readFileSync(source, 'utf8')
const changed = text
  .replace(
    'sec, nsec, mono := runtimeNow()\n',
    'sec, nsec, mono := runtimeNow()\n\tsec, mono = moved(sec, mono)\n',
  )
  .replace('subMono(runtimeNano()-startNano, t.ext)', 'subMono(movedNano()-startNano, t.ext)')
  .replace('subMono(t.ext, runtimeNano()-startNano)', 'subMono(t.ext, movedNano()-startNano)')
if (changed.match(/moved(Nano)?\(/g)?.length !== 3) throw new Error(`${source} is another than this knows`)
writeFileSync(`${folder}/time.go`, changed)
copyFileSync('frontend/wired/clock.go.txt', `${folder}/clock.go`)
const Replace = { [source]: `${folder}/time.go`, [`${goroot}/src/time/clock_moved.go`]: `${folder}/clock.go` }
writeFileSync(`${folder}/overlay.json`, JSON.stringify({ Replace }))
