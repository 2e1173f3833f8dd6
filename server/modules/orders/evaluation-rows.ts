import { sql, type Tx } from '#platform/db.ts'

export async function insertEvaluation(
  tx: Tx,
  row: {
    id: string
    orderId: string
    round: number
    stars: number
    solved: boolean
    tags: readonly string[]
    note: string
    byChannel: 'link' | 'account' | 'phone'
    recordedBy: string | null
    at: Date
  },
): Promise<void> {
  await tx.run(sql`
    insert into evaluation (district_id, id, order_id, round, stars, solved, tags, note, by_channel, recorded_by, at)
    values (${tx.districtId}, ${row.id}, ${row.orderId}, ${row.round}, ${row.stars}, ${row.solved}, ${row.tags}, ${row.note},
      ${row.byChannel}, ${row.recordedBy}, ${row.at})`)
}
