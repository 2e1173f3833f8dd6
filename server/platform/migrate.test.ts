import { expect, test } from 'vitest'
import { useDatabase } from '../../test/support/database.ts'
import { migrate, migrationNames } from './migrate.ts'

const database = useDatabase()

test('migrating a current database changes nothing', async () => {
  const names = await migrationNames()
  expect(await migrate(database.ownerUrl)).toEqual({ applied: [], head: names.at(-1) })
})

test('a migration that was changed after it had been applied stops the start', async () => {
  await database.owner((client) =>
    client.query(`update schema_migration set checksum = 'other' where name = '0002-orgs.sql'`),
  )
  await expect(migrate(database.ownerUrl)).rejects.toThrow('0002-orgs.sql was changed')
})

test('a database from a newer release is refused', async () => {
  await database.owner((client) =>
    client.query(`update schema_migration set name = '9999-future.sql' where name = '0002-orgs.sql'`),
  )
  await expect(migrate(database.ownerUrl)).rejects.toThrow()
})
