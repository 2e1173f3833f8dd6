import { dateIn } from '#platform/dates.ts'
import { publicHolidaysKnown } from '#platform/district-calendar.ts'
import { sql, type Tx } from '#platform/db.ts'
import type { Read, Work } from '#platform/work.ts'

/** What a real district does before its first order, in this order. */
export const FIRST_STEPS = ['units', 'people', 'telephones', 'offerings', 'messages', 'calendar', 'budget'] as const
export type FirstStep = (typeof FIRST_STEPS)[number]

/** How far one step is, as its facts say. */
export interface StepFacts {
  readonly isDone: boolean
  readonly counts?: Readonly<Record<string, number>>
  readonly rolesMissing?: readonly string[]
}

/** Reads the facts of one step; the modules above give theirs at composition, because this one knows none of them. */
export type StepReader = (read: Pick<Read, 'tx' | 'now'>) => Promise<StepFacts>
export type StepReaders = Readonly<Record<'people' | 'offerings' | 'messages' | 'budget', StepReader>>

export interface FirstSteps {
  readonly steps: readonly (Required<StepFacts> & { readonly step: FirstStep; readonly isTicked: boolean })[]
  readonly isOver: boolean
}

/** The steps of a district and what of them is done; a demonstration has none. */
export async function readFirstSteps(read: Pick<Read, 'tx' | 'now'>, readers: StepReaders): Promise<FirstSteps> {
  const { tx } = read
  const { isDemo } = await tx.one<{ isDemo: boolean }>(sql`select is_demo from district where id = ${tx.districtId}`)
  if (isDemo) return { steps: [], isOver: true }
  const ticked = new Set(
    (await tx.rows<{ step: FirstStep }>(sql`select step from first_step where district_id = ${tx.districtId}`)).map(
      (row) => row.step,
    ),
  )
  const all: Readonly<Record<FirstStep, StepReader>> = { ...readers, units, telephones, calendar }
  const steps: FirstSteps['steps'][number][] = []
  for (const step of FIRST_STEPS) {
    const { isDone, counts = {}, rolesMissing = [] } = await all[step](read)
    steps.push({ step, isDone, counts, rolesMissing, isTicked: ticked.has(step) })
  }
  return { steps, isOver: steps.every(({ isDone, isTicked }) => isDone || isTicked) }
}

/** Ticks a step off, or takes the tick back; both leave a line in the audit log. */
export async function tickFirstStep(work: Work, step: FirstStep, isTicked: boolean): Promise<void> {
  const { tx, now } = work
  const changed = await tx.run(
    isTicked
      ? sql`insert into first_step (district_id, step, ticked_at) values (${tx.districtId}, ${step}, ${now}) on conflict do nothing`
      : sql`delete from first_step where district_id = ${tx.districtId} and step = ${step}`,
  )
  if (changed === 0) return
  work.audit({
    action: isTicked ? 'orgs.tick-first-step' : 'orgs.untick-first-step',
    details: { step },
  })
}

/** Nothing tells whether somebody looked them over: this step is only ever ticked. */
const units: StepReader = async ({ tx, now }) => ({ isDone: false, counts: await countUnits(tx, now) })

/** Where nobody has a number of their own, the pages show the centre's. */
const telephones: StepReader = async ({ tx, now }) => {
  const { withPhone, centrePhones, institutes, stations, agencies } = await countUnits(tx, now)
  return { isDone: centrePhones > 0, counts: { with: withPhone, of: 1 + institutes + stations + agencies } }
}

const calendar: StepReader = async ({ tx, now }) => {
  const year = Number(dateIn(now).slice(0, 4))
  const isNextKnown = await publicHolidaysKnown(tx, year + 1)
  return { isDone: await publicHolidaysKnown(tx, year), counts: { year, until: isNextKnown ? year + 1 : year } }
}

function countUnits(tx: Tx, now: Date) {
  const on = dateIn(now)
  return tx.one<{
    institutes: number
    stations: number
    agencies: number
    placeholders: number
    withPhone: number
    centrePhones: number
  }>(sql`
    select count(*) filter (where u.kind = 'institute') as institutes, count(*) filter (where u.kind = 'station') as stations,
           count(*) filter (where u.kind = 'agency') as agencies, count(*) filter (where u.is_placeholder) as placeholders,
           count(u.phone) as with_phone, count(u.phone) filter (where u.kind = 'centre') as centre_phones
      from unit u join unit_period p on p.district_id = u.district_id and p.unit_id = u.id
       and p.valid_from <= ${on}::date and (p.valid_until is null or p.valid_until > ${on}::date)
     where u.district_id = ${tx.districtId}`)
}
