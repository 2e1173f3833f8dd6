// Writes the divisions of one county to db/seed/divisions/<code>.json.
//   node scripts/extract-divisions.ts 330106 [--from DIR] [--edition 2.7.0] [--out DIR]
// With --since VERSION it prints instead what changed at village level from that edition on, as JSON, edition by edition.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  DIVISION_EDITIONS,
  DivisionError,
  NEWEST_DIVISION_EDITION,
  divisionChanges,
  formatDivisions,
  readDivisions,
} from '../server/cli/divisions.ts'
import type { DivisionEdition } from '../server/cli/divisions.ts'

const USAGE = 'Usage: extract-divisions CODE [--from DIR] [--edition VERSION] [--out DIR] [--since VERSION]'

function editionFrom(text: string): DivisionEdition {
  const known = Object.keys(DIVISION_EDITIONS) as DivisionEdition[]
  const edition = known.find((version) => version === text)
  if (edition === undefined) throw new DivisionError('edition-unknown', `${text} is not one of ${known.join(', ')}.`)
  return edition
}

async function printChanges(code: string, since: DivisionEdition): Promise<void> {
  const editions = (Object.keys(DIVISION_EDITIONS) as DivisionEdition[]).filter(
    (edition) => DIVISION_EDITIONS[edition].year >= DIVISION_EDITIONS[since].year,
  )
  let older = null
  for (const edition of editions) {
    const newer = await readDivisions(code, { edition })
    const villages = newer.townships.flatMap((township) => township.villages)
    const communities = villages.filter((village) => village.kind === 'community').length
    const counts = { townships: newer.townships.length, villages: villages.length - communities, communities }
    const changes = older === null ? {} : divisionChanges(older, newer)
    console.log(JSON.stringify({ edition, ...DIVISION_EDITIONS[edition], ...counts, ...changes }, null, 2))
    older = newer
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      edition: { type: 'string', default: NEWEST_DIVISION_EDITION },
      out: { type: 'string', default: join(import.meta.dirname, '..', 'db', 'seed', 'divisions') },
      since: { type: 'string' },
    },
  })
  const code = positionals[0]
  if (code === undefined || positionals.length > 1) throw new DivisionError('not-six-digits', USAGE)
  if (values.since !== undefined) return printChanges(code, editionFrom(values.since))
  const edition = editionFrom(values.edition)
  const extract = await readDivisions(code, values.from === undefined ? { edition } : { edition, from: values.from })
  await mkdir(values.out, { recursive: true })
  const path = join(values.out, `${code}.json`)
  await writeFile(path, formatDivisions(extract))
  const villages = extract.townships.flatMap((township) => township.villages)
  const communities = villages.filter((village) => village.kind === 'community').length
  console.log(
    `${path}: ${extract.district.name}, ${extract.year}, ${extract.townships.length} townships, ` +
      `${villages.length - communities} villages + ${communities} communities = ${villages.length}`,
  )
}

try {
  await main()
} catch (error) {
  if (!(error instanceof DivisionError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
