// The administrator's commands for backups, on an installation of their own whose server is stopped.
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command } from '../../test/support/command-line.ts'
import { isDue } from '../worker/nightly-backup.ts'

let folder = ''
let data = ''
let backups = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-cli-'))
  await chmod(folder, 0o755)
  data = join(folder, 'data')
  backups = join(folder, 'backups')
  expect(await huiyin('migrate')).toMatchObject({ status: 0 })
  expect(await huiyin('district', 'set-up', '110119')).toMatchObject({ status: 0 })
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const env = () => ({ HUIYIN_DATA: data, HUIYIN_DEMO: '0', HUIYIN_BACKUP_DIR: backups, LANG: 'en_GB.UTF-8' })
const huiyin = (...argv: string[]) => command(env(), ...argv)

test('without a backup, list, verify, restore and doctor say so', { timeout: 60_000 }, async () => {
  expect(await huiyin('backup', 'list')).toMatchObject({ status: 1 })
  for (const verb of ['verify', 'restore']) {
    const ran = await huiyin('backup', verb)
    expect(ran.status).toBe(1)
    expect(ran.err).toContain('no such backup')
  }
  expect((await huiyin('doctor')).out).toMatch(/note\s+backup\s+there is none/u)
})

test('create, verify, drill; doctor knows of them', { timeout: 120_000 }, async () => {
  const created = await huiyin('backup', 'create')
  expect(created).toMatchObject({ status: 0, err: '' })
  expect(created.out).toMatch(/it takes the key [0-9a-f]{16}; keep that apart/u)
  expect(await huiyin('backup', 'verify')).toMatchObject({ status: 0 })
  const drill = await huiyin('backup', 'drill')
  expect(drill.err).toBe('')
  expect(drill.status).toBe(0)
  expect(drill.out).not.toContain('FAULT')
  for (const check of ['schema', 'rows', 'indexes', 'ledger', 'audit', 'files', 'application'])
    expect(drill.out).toMatch(new RegExp(`ok\\s+${check}`, 'u'))
  expect((await huiyin('backup', 'list')).out.split('\n')).toHaveLength(2)
  const doctor = await huiyin('doctor')
  expect(doctor.out).toMatch(/ok\s+drill\s+the last drill passed 0 days ago/u)
  expect(doctor.out).toMatch(/ok\s+backup\s+the last is/u)
})

test('a restore takes the key that the backup names, and no other', { timeout: 120_000 }, async () => {
  const other = join(folder, 'other-key')
  await writeFile(other, 'ab'.repeat(32))
  const target = join(folder, 'restored')
  const refused = await huiyin('backup', 'restore', '--to', target, '--key', other)
  expect(refused.status).toBe(1)
  expect(refused.err).toContain('does not open this backup')
  const ran = await huiyin('backup', 'restore', '--to', target, '--key', join(data, 'kek'))
  expect(ran).toMatchObject({ status: 0, err: '' })
  expect(ran.out).toMatch(/ok\s+key/u)
  expect(await readFile(join(target, 'kek'), 'utf8')).toBe(await readFile(join(data, 'kek'), 'utf8'))
  const doctor = await command({ ...env(), HUIYIN_DATA: target }, 'doctor')
  expect(doctor.status).toBe(0)
  const again = await huiyin('backup', 'restore', '--to', target, '--key', join(data, 'kek'))
  expect(again.status).toBe(1)
  expect(again.err).toContain('is not empty (cluster,')
})

test(
  'a backup of a newer release, a bad instant and an external database are refused',
  { timeout: 60_000 },
  async () => {
    const [line = ''] = (await huiyin('backup', 'list')).out.split('\n')
    const newer = join(folder, 'newer')
    await cp(join(backups, line.split(' ')[0]!), newer, { recursive: true })
    const path = join(newer, 'backup.json')
    await writeFile(
      path,
      (await readFile(path, 'utf8')).replace(/"migrationHead": "[^"]+"/u, '"migrationHead": "9999-x.sql"'),
    )
    const ran = await huiyin('backup', 'restore', '--backup', newer, '--to', join(folder, 'never'))
    expect(ran.status).toBe(1)
    expect(ran.err).toContain('newer release')
    const instant = await huiyin('backup', 'restore', '--until', '2026-11-23 21:30', '--to', join(folder, 'never'))
    expect(instant.err).toContain('is not an instant with its zone')
    const external = { ...env(), DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', HUIYIN_KEK: '07'.repeat(32) }
    for (const verb of ['create', 'drill']) {
      const refused = await command(external, 'backup', verb)
      expect(refused.status).toBe(1)
      expect(refused.err).toContain('pg_basebackup')
    }
  },
)

test('the night is due once after its hour, and at once where there is no backup', () => {
  const at = (text: string) => new Date(`${text}+08:00`)
  const now = at('2026-11-23T10:00:00')
  expect(isDue(now, 3, undefined)).toBe(true)
  expect(isDue(now, 3, at('2026-11-23T03:00:01'))).toBe(false)
  expect(isDue(now, 3, at('2026-11-23T02:59:59'))).toBe(true)
  expect(isDue(at('2026-11-24T02:59:00'), 3, at('2026-11-23T03:00:01'))).toBe(false)
  expect(isDue(at('2026-11-24T03:00:00'), 3, at('2026-11-23T03:00:01'))).toBe(true)
})
