import type { firstStepsRoutes } from '#contract/first-steps.ts'
import type { orgsRoutes } from '#contract/orgs.ts'
import { PAGE_ROWS } from '#contract/kit.ts'
import { dateIn } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { Refusal } from '#platform/refusal.ts'
import { endUnit } from './end-unit.ts'
import { readFirstSteps, type StepReaders, tickFirstStep } from './first-steps.ts'
import type { UnitHolder } from './holder.ts'
import { openUnit } from './open-unit.ts'
import { updateUnitContact } from './update-unit-contact.ts'
import { renameUnit } from './rename-unit.ts'
import { findUnit, listUnits, periodsOf } from './unit-views.ts'

/** @param holders what the modules above hold about a unit */
export const orgsHandlers = (holders: readonly UnitHolder[]): Handlers<typeof orgsRoutes> => ({
  async listUnits({ tx, now }, { query }) {
    const limit = query.limit ?? PAGE_ROWS
    const [afterKey] = cursorOf(query.cursor, ['text'])
    const rows = await listUnits(tx, { ...query, on: query.on ?? dateIn(now), afterKey, limit: limit + 1 })
    return { answer: pageOf(rows, limit, (row) => [row.sortKey]) }
  },
  async readUnit({ tx, now }, { params }) {
    return { answer: { unit: await found(tx, params.id, now), periods: await periodsOf(tx, params.id) } }
  },
  async updateUnitContact(work, { params, body }) {
    await updateUnitContact(work, params.id, body.phone)
    return { answer: { unit: await found(work.tx, params.id, work.now) } }
  },
  async renameUnit(work, { params, body }) {
    const current = await found(work.tx, params.id, work.now)
    await renameUnit(work, params.id, { ...body, nameEn: body.nameEn === undefined ? current.nameEn : body.nameEn })
    return { answer: { unit: await found(work.tx, params.id, work.now) } }
  },
  async openUnit(work, { body }) {
    return { answer: { id: await openUnit(work, body) } }
  },
  async endUnit(work, { params, body }) {
    await endUnit(work, holders, params.id, body)
    return { answer: { validUntil: body.validUntil } }
  },
})

/** @param readers what the modules above know of the steps */
export const firstStepsHandlers = (readers: StepReaders): Handlers<typeof firstStepsRoutes> => ({
  async readFirstSteps(read) {
    return { answer: await readFirstSteps(read, readers) }
  },
  async tickFirstStep(work, { params, body }) {
    await tickFirstStep(work, params.step, body.isTicked)
    return { answer: await readFirstSteps(work, readers) }
  },
})

/** The unit as it stands today; one that has ended or not yet begun as it stood or will stand. */
async function found(tx: Parameters<typeof findUnit>[0], id: string, now: Date) {
  const last = (await periodsOf(tx, id)).at(-1)
  const unit = (await findUnit(tx, id, dateIn(now))) ?? (last && (await findUnit(tx, id, last.validFrom)))
  if (unit === undefined) throw new Refusal('platform.not-found', 404, {})
  return unit
}
