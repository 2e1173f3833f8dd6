/** Whether a restored database is what its backup says it was: structure, rows, ledger, audit chain, key and uploads. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import type { Translate } from '#i18n/translate.ts'
import { personalFieldsOpen } from '#modules/people/index.ts'
import { verifyLedger } from '#modules/points/index.ts'
import { verifyAuditIn } from '#platform/audit.ts'
import type { BackupManifest } from '#platform/backup/backup-folder.ts'
import { type Db, sql } from '#platform/db.ts'
import { countRows } from '../worker/take-backup.ts'
import { asOwner } from './installation.ts'
import { readPatiently } from './patience.ts'

export interface Check {
  readonly check: 'schema' | 'rows' | 'indexes' | 'ledger' | 'audit' | 'key' | 'files' | 'app' | 'time'
  readonly state: 'ok' | 'warning' | 'fault'
  readonly text: string
}

export interface Restored {
  readonly url: string
  readonly db: Db
  readonly dataDir: string
  readonly manifest: BackupManifest
  /** Whether `db` has the key that the backup needs; without it personal fields are not tried. */
  readonly hasKey: boolean
}

const SHOWN_MAX = 3

export async function checkRestored({ url, db, dataDir, manifest, hasKey }: Restored, t: Translate): Promise<Check[]> {
  const checks: Check[] = await asOwner(url, async (client) => [
    await checkRows(client, manifest, t),
    await checkIndexes(client, t),
  ])
  for (const { id, auditHead } of manifest.districts) {
    checks.push(
      ...(await readPatiently(db, id, async (tx) => {
        const ledger = await verifyLedger(tx)
        const audit = await verifyAuditIn(tx, auditHead ?? undefined)
        const missing = (
          await tx.rows<{ key: string }>(sql`select key from stored_file where district_id = ${id}`)
        ).filter(({ key }) => !existsSync(join(dataDir, 'files', key)))
        const found: Check[] = [
          ledger.faults.length === 0
            ? { check: 'ledger', state: 'ok', text: t('cli.backup.ledger', { id, sum: ledger.sum }) }
            : { check: 'ledger', state: 'fault', text: t('cli.backup.faults', { id, count: ledger.faults.length }) },
          audit.faults.length === 0
            ? { check: 'audit', state: 'ok', text: t('cli.backup.audit', { id, sealed: audit.sealed }) }
            : { check: 'audit', state: 'fault', text: t('cli.backup.faults', { id, count: audit.faults.length }) },
          missing.length === 0
            ? { check: 'files', state: 'ok', text: t('cli.backup.files', { id }) }
            : { check: 'files', state: 'fault', text: t('cli.backup.files-missing', { id, count: missing.length }) },
        ]
        if (hasKey && (await personalFieldsOpen(tx)) === false)
          found.push({ check: 'key', state: 'fault', text: t('cli.backup.key-shut', { id }) })
        return found
      })),
    )
  }
  return checks
}

async function checkRows(client: Client, { rowCounts }: BackupManifest, t: Translate): Promise<Check> {
  const counts = await countRows(client)
  const fewer = Object.entries(rowCounts).filter(([table, count]) => (counts[table] ?? 0) < count)
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  if (fewer.length === 0)
    return {
      check: 'rows',
      state: 'ok',
      text: t('cli.backup.rows', { rows: total, tables: Object.keys(counts).length }),
    }
  const shown = fewer.slice(0, SHOWN_MAX).map(([table, count]) => `${table} ${counts[table] ?? 0} < ${count}`)
  return { check: 'rows', state: 'fault', text: t('cli.backup.rows-fewer', { tables: shown.join(', ') }) }
}

/** Looks whether every B-tree index holds its order and all rows of its table. The extension leaves no trace. */
async function checkIndexes(client: Client, t: Translate): Promise<Check> {
  const there = await client.query(`select from pg_available_extensions where name = 'amcheck'`)
  if (there.rowCount === 0) return { check: 'indexes', state: 'warning', text: t('cli.backup.indexes-unchecked') }
  const { rows: indexes } = await client.query<{ oid: number; name: string }>(`
    select i.indexrelid::int8::float8 as oid, c.relname as name
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
     where a.amname = 'btree' and c.relpersistence = 'p' and c.relkind = 'i' and i.indisready and i.indisvalid`)
  const broken: string[] = []
  await client.query('begin; create extension amcheck')
  for (const { oid, name } of indexes) {
    await client.query('savepoint one')
    await client.query('select bt_index_check($1::oid::regclass, true)', [oid]).catch(async () => {
      broken.push(name)
      await client.query('rollback to one')
    })
  }
  await client.query('rollback')
  return broken.length === 0
    ? { check: 'indexes', state: 'ok', text: t('cli.backup.indexes', { count: indexes.length }) }
    : {
        check: 'indexes',
        state: 'fault',
        text: t('cli.backup.indexes-broken', { names: broken.slice(0, 5).join(', ') }),
      }
}
