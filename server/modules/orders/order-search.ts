/**
 * Search in orders. An order's keys stand in a table of their own, written once: the order itself changes with every move.
 * Beside its bigrams each has the key of its district and period, so that one index finds "this word, these four weeks": a
 * search goes back period by period and ends when its page is full, however common or rare the word is. Open orders have one
 * more key, for searches in the queue.
 */
import { empty, join, type Sql, sql, type Tx } from '#platform/db.ts'
import { type LetterQuery, type QueryKeys, searchKeys } from '#platform/pinyin.ts'
import { limitTo } from './parts.ts'

const PERIOD_SECONDS = 2_419_200
/** Fewer letters have no trigram, by which the index could find them. */
const TRIGRAM_LETTERS = 3
/** One or two letters alone are looked for in so many newest orders, where they nearly always are. */
const NEWEST_ORDERS = 20_000

/** Four weeks, counted from 1970. */
function periodOf(at: Date): number {
  return Math.floor(at.getTime() / 1000 / PERIOD_SECONDS)
}

/** The key that an order has beside its words until it is closed. */
export function openKey(districtId: number): string {
  return `${districtId} open`
}

/** What is stored with an order of this text: bigrams have no blank, so that the keys of its period and of open orders can never be one. */
export function storedKeys(
  districtId: number,
  { placedAt, isOpen, text }: { readonly placedAt: Date; readonly isOpen: boolean; readonly text: string },
) {
  const { bigrams, pinyin, initials } = searchKeys(text)
  const ours = [`${districtId} ${periodOf(placedAt)}`, ...(isOpen ? [openKey(districtId)] : [])]
  return { keys: [...bigrams, ...ours], pinyin, initials }
}

/** The periods in which a search looks, newest first: from the page's end, or the newest order, back to the oldest. */
export function periodsBack(tx: Tx, before: Date | undefined): Sql {
  const newest = before === undefined ? periodOfRow(tx, sql`max(placed_at)`) : sql`${periodOf(before)}::int`
  return sql`generate_series(${newest}, ${periodOfRow(tx, sql`min(placed_at)`)}, -1) as back (period)`
}

/** The period of the newest order alone. */
export function newestPeriod(tx: Tx): Sql {
  return sql`(select ${periodOfRow(tx, sql`max(placed_at)`)} as period) as back`
}

function periodOfRow(tx: Tx, bound: Sql): Sql {
  return sql`(select floor(extract(epoch from ${bound}) / ${PERIOD_SECONDS}::int)::int from service_order where district_id = ${tx.districtId})`
}

/** The newest search rows, for what no index can find. */
export function newestRows(tx: Tx, before: Date | undefined): Sql {
  return sql`(select * from order_search where district_id = ${tx.districtId} ${before === undefined ? empty : sql`and placed_at <= ${before}`}
    order by placed_at desc, order_id desc ${limitTo(NEWEST_ORDERS)})`
}

export function isFoundByIndex({ bigrams, letters }: QueryKeys): boolean {
  return bigrams.length > 0 || letters.some((one) => one.text.length >= TRIGRAM_LETTERS)
}

/** Whether the search row `s` has everything that is asked for; among those of one period when the periods are gone through, or of open orders. */
export function matches(tx: Tx, { bigrams, letters }: QueryKeys, among?: 'period' | 'open'): Sql {
  const ours = {
    period: sql`(${tx.districtId}::int || ' ' || back.period)::text`,
    open: sql`${openKey(tx.districtId)}::text`,
  }
  const asked = among === undefined ? sql`${bigrams}::text[]` : sql`(${bigrams}::text[] || ${ours[among]})`
  const keys = among === undefined && bigrams.length === 0 ? [] : [sql`s.keys @> ${asked}`]
  return join([...keys, ...letters.map(hasLetters)], ' and ')
}

function hasLetters({ text, columns }: LetterQuery): Sql {
  const parts = columns.map((name) => {
    const column = name === 'pinyin' ? sql`s.pinyin` : sql`s.initials`
    // Without a trigram LIKE would make the index read all of itself. A letter query never holds a character special to LIKE.
    return text.length < TRIGRAM_LETTERS ? sql`position(${text} in ${column}) > 0` : sql`${column} like ${`%${text}%`}`
  })
  return sql`(${join(parts, ' or ')})`
}
