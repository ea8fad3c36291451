// Writes what the witness saw (scripts/wired.sh witness) into docs/truth.md, below its mark.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const [from = '.cache/wired/truth', into = 'docs/truth.md'] = process.argv.slice(2)
const MARK = '<!-- What follows is written by make truth. -->'

const seen = new Map()
for (const file of readdirSync(from).sort())
  for (const line of readFileSync(`${from}/${file}`, 'utf8').split('\n'))
    if (line !== '') {
      const tally = JSON.parse(line)
      const before = seen.get(tally.situation) // each once: the newest look counts
      if (!before || tally.at >= before.at) seen.set(tally.situation, tally)
    }

const all = [...seen.values()].sort((a, b) => a.place - b.place)
const columns = ['books', 'own', 'unknown', 'seen', 'wrong', 'strange', 'loose']
const row = (name, of) => `| ${name} | ${columns.map((column) => of(column)).join(' | ')} |`
const sum = (column) => all.reduce((total, tally) => total + tally[column], 0)

const text = readFileSync(into, 'utf8')
const head = text.includes(MARK) ? text.slice(0, text.indexOf(MARK)) : `${text.trimEnd()}\n\n`
writeFileSync(
  into,
  `${head}${MARK}

## What was seen

Each look at a text counts once: one that stands on nine pages was held against the books nine times.

| situation | as the books | as the program | said to be unknown | named only | false | no truth known | no name |
|---|---|---|---|---|---|---|---|
${all.map((tally) => row(tally.situation, (column) => tally[column])).join('\n')}
${row('**all**', sum)}

${sum('books') + sum('own') + sum('unknown')} were checked, ${sum('wrong')} were false or showed something unknown as a value.
`,
)
console.log(`${all.length} situations, ${sum('books')} as the books, ${sum('wrong')} false`)
