import { Client } from 'pg'
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

test('an owner without superuser rights can install the schema, as on an external server', async () => {
  const name = `ext_${process.pid}`
  await database.owner(async (client) => {
    await client.query(`create role ${name} login createrole password 'external'`)
    await client.query(`create database ${name} owner ${name}`)
  })
  const url = new URL(database.ownerUrl)
  url.pathname = `/${name}`
  const superuser = new Client({ connectionString: url.toString() })
  await superuser.connect()
  await superuser.query('create extension pg_trgm; create extension btree_gist; grant huiyin_app to current_user')
  await superuser.query(`grant huiyin_app to ${name} with admin option`)
  await superuser.end()
  url.username = name
  url.password = 'external'
  const { applied } = await migrate(url.toString())
  expect(applied).toEqual(await migrationNames())
  await database.owner(async (client) => {
    await client.query(`drop database ${name} with (force)`)
    await client.query(`drop role ${name}`)
  })
})
