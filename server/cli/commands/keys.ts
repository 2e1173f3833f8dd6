/** Changing the key above all personal data: which keys there are, a new one, and sealing the fields again. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { keyId, type Keyring, openKeyring, sealPrefix } from '#platform/field-encryption.ts'
import { districtIds } from '#platform/jobs.ts'
import { countSeals, inDistrictOf, indexAgain, sealColumn } from '#platform/rekey.ts'
import { NEXT_KEK, RETIRED_KEKS } from '../../config.ts'
import { type Command, type Context, table } from '../command.ts'
import { CommandError } from '../command-error.ts'
import { asOwner, type Installation } from '../installation.ts'
import { INDEXED_COLUMNS, SEALED_COLUMNS } from '../sealed-columns.ts'

const KEY_BYTES = 32
const KEY_SHAPE = /^[0-9a-f]{64}$/iu
const PROGRESS_MAX = 10_000

export const keysList: Command = {
  name: 'keys list',
  usage: '',
  options: {},
  words: 0,
  async run(context) {
    const { config, open, print, t } = context
    const host = await open()
    const counts = await countByMark(host)
    const rows = [host.kek, ...config.retiredKeks].map((kek, at) => {
      const mark = sealPrefix(openKeyring({ kek })).toString('hex')
      const count = counts.get(mark) ?? 0
      counts.delete(mark)
      return [keyId(kek), t(at === 0 ? 'cli.keys.current' : 'cli.keys.retired'), t('cli.keys.fields', { count })]
    })
    const other = [...counts.values()].reduce((sum, count) => sum + count, 0)
    // From before fields had a mark: any of the keys opens them, usually the oldest.
    if (other > 0) rows.push(['-', t('cli.keys.unmarked'), t('cli.keys.fields', { count: other })])
    print(table(rows))
    return 0
  },
}

export const keysRotate: Command = {
  name: 'keys rotate',
  usage: '[--next FILE]',
  options: { next: { type: 'string' } },
  words: 0,
  async run(context) {
    const { config, open, option, print, t } = context
    const host = await open()
    // A server that works has the old key in its memory and would look for phones under the old indexes.
    if (host.isServing) throw new CommandError('cli.error.stop-first')
    const isOurs = config.kek === null
    if (!isOurs && option('next') === undefined) throw new CommandError('cli.error.next-needed')
    const path = option('next') ?? join(config.dataDir, NEXT_KEK)
    if (option('next') === undefined && !existsSync(path)) await writeKeys(path, [randomBytes(KEY_BYTES)])
    const next = keyIn(path)
    if (keyId(next) === keyId(host.kek)) throw new CommandError('cli.error.same-key')
    // By their ids, so that a change that was cut short does not write a key down twice.
    const retired = new Map([host.kek, ...config.retiredKeks].map((kek) => [keyId(kek), kek]))
    retired.delete(keyId(next))
    const before = [...retired.values()]
    const count = await makeIndexes(host, openKeyring({ kek: next, retired: before }))
    if (isOurs) await putInPlace(config.dataDir, path, next, before)
    print(t('cli.keys.rotated', { id: keyId(next), old: keyId(host.kek), count }))
    print(t(isOurs ? 'cli.keys.next' : 'cli.keys.next-settings', { path }))
    return 0
  },
}

export const keysSeal: Command = {
  name: 'keys seal',
  usage: '',
  options: {},
  words: 0,
  async run(context) {
    const { config, open, print, t } = context
    const host = await open()
    const keyring = host.db.keyring
    const sealed = await sealAll(context, host, keyring)
    const mark = sealPrefix(keyring).toString('hex')
    const left = [...(await countByMark(host))].reduce((sum, [found, count]) => sum + (found === mark ? 0 : count), 0)
    print(t('cli.keys.sealed', { count: sealed, left }))
    const ids = config.retiredKeks.map((kek) => keyId(kek)).join(', ')
    if (left === 0 && ids !== '') print(t('cli.keys.put-away', { ids }))
    return 0
  },
}

async function sealAll({ print, t }: Context, host: Installation, keyring: Keyring): Promise<number> {
  let total = 0
  let shown = 0
  const ids = await districtIds(host.db)
  await asOwner(host.url, async (client) => {
    for (const id of ids) {
      for (const column of SEALED_COLUMNS)
        await sealColumn(client, keyring, id, column, (count) => {
          total += count
          if (total - shown < PROGRESS_MAX) return
          shown = total
          print(t('cli.keys.progress', { count: total }))
        })
    }
  })
  return total
}

async function countByMark({ db, url }: Installation): Promise<Map<string, number>> {
  const ids = await districtIds(db)
  const counts = new Map<string, number>()
  await asOwner(url, async (client) => {
    for (const id of ids)
      for (const column of SEALED_COLUMNS)
        for (const [mark, count] of await countSeals(client, id, column))
          counts.set(mark, (counts.get(mark) ?? 0) + count)
  })
  return counts
}

/** Each district as a whole; when it is cut short, the same key does all of them again. */
async function makeIndexes({ db, url }: Installation, keyring: Keyring): Promise<number> {
  let total = 0
  const ids = await districtIds(db)
  await asOwner(url, async (client) => {
    for (const id of ids)
      total += await inDistrictOf(client, id, async () => {
        let count = 0
        for (const column of INDEXED_COLUMNS) count += await indexAgain(client, keyring, id, column)
        return count
      })
  })
  return total
}

/** First the retired ones: were it cut short in between, nothing would be lost, and the same command finishes it. */
async function putInPlace(dataDir: string, path: string, next: Buffer, retired: readonly Buffer[]): Promise<void> {
  await writeKeys(join(dataDir, RETIRED_KEKS), retired)
  if (path === join(dataDir, NEXT_KEK)) {
    await rename(path, join(dataDir, 'kek'))
    return
  }
  await writeKeys(join(dataDir, 'kek'), [next])
  await rm(join(dataDir, NEXT_KEK), { force: true })
}

async function writeKeys(path: string, keys: readonly Buffer[]): Promise<void> {
  const partial = `${path}.partial`
  const file = await open(partial, 'w', 0o600)
  try {
    await file.writeFile(keys.map((key) => `${key.toString('hex')}\n`).join(''))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(partial, path)
}

function keyIn(path: string): Buffer {
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
  if (!KEY_SHAPE.test(text)) throw new CommandError('cli.error.no-key', { path })
  return Buffer.from(text, 'hex')
}
