import { sql, type Tx } from '#platform/db.ts'
import type { CategoryFields } from './category-rows.ts'
import { isOrderable } from './offering-views.ts'

export interface Category extends CategoryFields {
  readonly id: string
}

const columns = sql`c.id, c.slug, c.name, c.name_en, c.summary, c.summary_en, c.sort, c.valid_from, c.valid_until`

/** Categories valid on a date, with how many offerings of each can be ordered now. */
export function listCategories(tx: Tx, now: Date, on: string): Promise<(Category & { offerings: number })[]> {
  return tx.rows(sql`
    select ${columns}, (select count(*) from offering o where o.district_id = c.district_id and o.category_id = c.id
                           and ${isOrderable(now)}) as offerings
      from category c
     where c.district_id = ${tx.districtId} and c.valid_from <= ${on}::date and (c.valid_until is null or c.valid_until > ${on}::date)
     order by c.sort, c.name, c.id`)
}

/** Every category there is or was, by its id. */
export function allCategories(tx: Tx): Promise<ReadonlyMap<string, Category>> {
  return tx.reference('categories', async () => {
    const rows = await tx.rows<Category>(sql`select ${columns} from category c where c.district_id = ${tx.districtId}`)
    return new Map(rows.map((row) => [row.id, row]))
  })
}

/** A category by its id, whatever its dates. */
export async function findCategory(tx: Tx, id: string): Promise<Category | undefined> {
  return (await allCategories(tx)).get(id)
}
