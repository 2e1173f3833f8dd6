import type { RouteName } from '../../contract/routes.ts'
import { addDays, addMinutes, dateIn } from '../../server/platform/dates.ts'
import type { Player } from '../support/cast.ts'
import { type Scene, scenesOf, type Stage, stageOrder, wantedAt } from '../support/http-orders.ts'
import type { LooseCall, TestServer } from '../support/server.ts'

const HOUR = 60
export const at = (hours: number) => addMinutes(new Date(), hours * HOUR).toISOString()
export const day = (days: number) => addDays(dateIn(new Date()), days)
export const note = { note: '' }
export const reason = { reason: '写明原因' }

/** A call that is refused, with the status, the code and the field of its refusal. */
export type Refusal = readonly [
  name: RouteName,
  status: number,
  code: string,
  field: string | undefined,
  call: () => Promise<LooseCall>,
]

export type RefusalTools = ReturnType<typeof refusalTools>

/** What the lists of refusals are written with; usable once the server runs. */
export function refusalTools(server: TestServer) {
  const scene = (): Scene => scenesOf(server.cast).own
  /** Past the application, which would have told every process that its reference data changed. */
  const tamper = (statement: string, ...values: unknown[]) =>
    server.owner(async (client) => {
      const result = await client.query(statement, values)
      await client.query('update reference_stamp set stamp = gen_random_uuid()')
      return result
    })

  /** A body that places an order, with what the test changes. */
  const wanted = async (more: object = {}): Promise<Record<string, unknown>> => {
    const body = await server.work((work) => wantedAt(work, scene()), scene().requester.actor)
    return { ...(JSON.parse(JSON.stringify(body)) as object), ...more }
  }
  const assisted = async (more: object = {}) => {
    const { phone } = scene().contact
    const proxy = { channel: 'proxy', callBackPhone: phone, proxyRelation: '邻居', consentGiven: true, readBack: true }
    return wanted({ contactPhone: phone, ...proxy, ...more })
  }
  const onOrder = async (as: Player, stage: Stage, body?: object): Promise<LooseCall> => ({
    as,
    params: { id: (await stageOrder(server, scene(), stage)).id },
    ...(body !== undefined && { body }),
  })
  const onOffer = async (
    as: Player,
    body: object,
    change?: (offerId: string) => Promise<unknown>,
  ): Promise<LooseCall> => {
    const { offerId } = await stageOrder(server, scene(), 'offered')
    await change?.(offerId)
    return { as, params: { id: offerId }, body }
  }
  const offering = (more: object) => wanted({ offeringId: server.cast.places.offering, ...more })
  return { server, scene, tamper, wanted, assisted, onOrder, onOffer, offering }
}
