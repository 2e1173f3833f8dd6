import { readFile } from 'node:fs/promises'
import { type AuditHead, verifyAuditIn } from '#platform/audit.ts'
import { sql } from '#platform/db.ts'
import type { Command } from '../command.ts'
import { CommandError, EXIT_FAULTS } from '../command-error.ts'
import { chosenDistricts } from '../installation.ts'
import { readPatiently } from '../patience.ts'

/** One line of what `audit head` prints. */
interface KeptHead extends AuditHead {
  readonly district: number
}

export const auditHead: Command = {
  name: 'audit head',
  usage: '[--district CODE]',
  options: { district: { type: 'string' } },
  words: 0,
  async run({ open, option, print, t }) {
    const { db } = await open()
    for (const district of await chosenDistricts(db, option('district'))) {
      const head = await readPatiently(db, district, (tx) =>
        tx.maybe<{ seq: number; hash: Buffer }>(
          sql`select seq, hash from audit_seal where district_id = ${district} order by seq desc limit 1`,
        ),
      )
      if (head === undefined) print(`# ${t('cli.audit.empty', { id: district })}`)
      else print(JSON.stringify({ district, seq: head.seq, hash: head.hash.toString('hex') } satisfies KeptHead))
    }
    return 0
  },
}

export const auditVerify: Command = {
  name: 'audit verify',
  usage: '[--head FILE] [--district CODE]',
  options: { head: { type: 'string' }, district: { type: 'string' } },
  words: 0,
  async run({ open, option, print, t, say }) {
    const file = option('head')
    const heads = file === undefined ? [] : await readHeads(file)
    const { db } = await open()
    let isSound = true
    for (const id of await chosenDistricts(db, option('district'))) {
      const known = heads.find((head) => head.district === id)
      const { sealed, unsealed, faults } = await readPatiently(db, id, (tx) => verifyAuditIn(tx, known))
      if (faults.length === 0) {
        print(t('cli.audit.fine', { id, sealed, unsealed }))
        continue
      }
      isSound = false
      print(t('cli.audit.faulty', { id, sealed, unsealed, count: faults.length }))
      for (const { seq, eventId, fault } of faults)
        print(`  ${say(`cli.audit.fault.${fault}`, { seq: seq ?? '-', event: eventId ?? '-' })}`)
    }
    return isSound ? 0 : EXIT_FAULTS
  },
}

async function readHeads(file: string): Promise<KeptHead[]> {
  const bad = (cause?: unknown) => new CommandError('cli.error.bad-head', { file }, undefined, { cause })
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw bad(cause)
  })
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const heads = lines.map((line) => {
    const head = parsed(line)
    if (head === undefined) throw bad()
    return head
  })
  if (heads.length === 0) throw bad()
  return heads
}

function parsed(line: string): KeptHead | undefined {
  try {
    const { district, seq, hash } = JSON.parse(line) as Partial<KeptHead>
    const isHead = Number.isInteger(district) && Number.isInteger(seq) && /^[0-9a-f]{64}$/u.test(hash ?? '')
    return isHead ? { district: district!, seq: seq!, hash: hash! } : undefined
  } catch {
    return undefined
  }
}
