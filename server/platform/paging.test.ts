import { describe, expect, test } from 'vitest'
import { cursorOf, pageOf } from './paging.ts'
import { Refusal } from './refusal.ts'

const ID = '01890000-0000-7000-8000-000000000000'

function cursor(...parts: unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

describe('a cursor', () => {
  test('gives the parts of the page before', () => {
    const at = '2026-11-23T10:00:00.000Z'
    const { nextCursor, rows } = pageOf(
      [
        { at, id: ID },
        { at, id: ID },
      ],
      1,
      (row) => [row.at, row.id],
    )
    expect(rows).toHaveLength(1)
    expect(cursorOf(nextCursor!, ['instant', 'id'])).toEqual([at, ID])
    expect(cursorOf(undefined, ['instant', 'id'])).toEqual([])
  })

  test('is refused when a part has not the form that SQL will read', () => {
    const refused = [
      () => cursorOf(cursor('not-an-id'), ['id']),
      () => cursorOf(cursor('2026-13-40T10:00:00.000Z'), ['instant']),
      () => cursorOf(cursor('now'), ['instant']),
      () => cursorOf(cursor('a\u0000'), ['text']),
      () => cursorOf(cursor('\ud800'), ['text']),
      () => cursorOf(cursor(7), ['text']),
      () => cursorOf(cursor(ID, ID), ['id']),
      () => cursorOf('no-json', ['id']),
    ]
    for (const act of refused) expect(act).toThrow(Refusal)
  })
})
