// Home health care routing in the JSON of Ceschia, Di Gaspero, Rosati and Schaerf: skills, soft window ends, patients who need two
// carers at once or one after the other. Cost = (travel + total lateness + greatest lateness) / 3. The extended set has several offices,
// carers who start at an hour of their own and patients who refuse a carer; the hour at which its carers should end is soft there and
// has no published weight, so it is not priced here.
import type { Plan, Stop } from '../plan.ts'
import type { DispatchProblem, Order, TeamDay, VisitLink } from '../problem.ts'
import { parseJson } from './json-shape.ts'
import { FormatError } from './text.ts'

interface Patient {
  readonly id: string
  readonly time_window: readonly [number, number]
  readonly required_caregivers: readonly { readonly service: string; readonly duration?: number }[]
  readonly synchronization?: { readonly type: string; readonly distance?: readonly [number, number] }
  readonly distance_matrix_index?: number
  readonly incompatible_caregivers?: readonly string[]
}

interface Caregiver {
  readonly id: string
  readonly abilities: readonly string[]
  readonly distance_matrix_index?: number
  readonly working_shift?: readonly [number, number]
}

interface Instance {
  readonly patients: readonly Patient[]
  readonly services: readonly { readonly id: string; readonly default_duration: number }[]
  readonly caregivers: readonly Caregiver[]
  readonly distances: readonly (readonly number[])[]
}

interface Solution {
  readonly routes: readonly {
    readonly caregiver_id?: string
    readonly caregiver?: string
    readonly locations?: readonly {
      readonly patient?: string
      readonly patient_id?: string
      readonly service?: string
      readonly service_id?: string
      readonly arrival_time: number
      readonly departure_time: number
    }[]
  }[]
}

const THIRD = 1 / 3
/** The published times are rounded to thousandths and carers have no fixed hours: a shift that never binds. */
const SHIFT_ENDS_MINUTE = 1e6

const orderId = (patient: string, service: string): string => `${patient}/${service}`

/** Reads an instance; without indices of their own the first row of the distances is the office, then come the patients. */
export function readHhcrsp(text: string): DispatchProblem {
  const instance = parseJson(text) as Instance
  for (const name of ['patients', 'services', 'caregivers', 'distances'] as const)
    if (!Array.isArray(instance?.[name])) throw new FormatError(`${name} is not a list`, 0)
  const placeCount = instance.distances.length
  const isSquare = instance.distances.every((row) => Array.isArray(row) && row.length === placeCount)
  const minutes = isSquare ? Float64Array.from(instance.distances.flat()) : new Float64Array(0)
  if (!isSquare || minutes.some((distance) => !(distance >= 0)))
    throw new FormatError(`distances is not a table of ${placeCount} rows with as many numbers`, 0)
  const usual = new Map(instance.services.map((service) => [service.id, service.default_duration]))
  const orders: Order[] = instance.patients.flatMap((patient, i) => {
    const place = placeOf(`patient ${patient.id}`, patient.distance_matrix_index ?? i + 1, placeCount)
    return patient.required_caregivers.map((need) => orderOf(patient, need, place, usual, instance.caregivers))
  })
  return {
    loadNames: [],
    travel: [{ name: 'distance', placeCount, minutes }],
    orders,
    teamDays: instance.caregivers.map((caregiver) => teamDayOf(caregiver, orders.length, placeCount)),
    links: instance.patients.flatMap((patient) => linkOf(patient)),
    objective: { travel: THIRD, workMinute: 0, lateness: { perMinute: THIRD, maxPerMinute: THIRD } },
    fairness: [],
    coverage: [],
  }
}

function placeOf(who: string, index: number, placeCount: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= placeCount)
    throw new FormatError(`${who}: distances has no row ${index}`, 0)
  return index
}

function orderOf(
  patient: Patient,
  need: Patient['required_caregivers'][number],
  place: number,
  usual: ReadonlyMap<string, number>,
  caregivers: readonly Caregiver[],
): Order {
  const serviceMinutes = need.duration ?? usual.get(need.service)
  if (serviceMinutes === undefined) throw new FormatError(`patient ${patient.id}: unknown service ${need.service}`, 0)
  const [opensMinute, closesMinute] = patient.time_window
  const refused = new Set(patient.incompatible_caregivers)
  const allowed = caregivers.map(({ id }) => id).filter((id) => !refused.has(id))
  return {
    id: orderId(patient.id, need.service),
    place,
    serviceMinutes,
    windows: [{ opensMinute, closesMinute }],
    skills: [need.service],
    loads: [],
    unservedCost: null,
    ...(refused.size > 0 ? { teamDays: allowed } : {}),
    assignmentCosts: [],
  }
}

function teamDayOf(caregiver: Caregiver, visitsMax: number, placeCount: number): TeamDay {
  const office = placeOf(`caregiver ${caregiver.id}`, caregiver.distance_matrix_index ?? 0, placeCount)
  const shiftStartsMinute = caregiver.working_shift?.[0] ?? 0
  return {
    id: caregiver.id,
    team: caregiver.id,
    day: '1',
    startPlace: office,
    endPlace: office,
    shiftStartsMinute,
    shiftEndsMinute: SHIFT_ENDS_MINUTE,
    visitsMax,
    workMinutesMax: SHIFT_ENDS_MINUTE - shiftStartsMinute,
    loadsMax: [],
    skills: caregiver.abilities,
    travel: 0,
    fixedCost: 0,
  }
}

function linkOf(patient: Patient): VisitLink[] {
  const [first, second, ...more] = patient.required_caregivers
  if (!second) return []
  if (more.length > 0) throw new FormatError(`patient ${patient.id} needs more than two carers`, 0)
  const gap = patient.synchronization?.type === 'sequential' ? patient.synchronization.distance : [0, 0]
  if (!gap) throw new FormatError(`patient ${patient.id}: a sequential service needs its distance`, 0)
  return [
    {
      first: orderId(patient.id, first!.service),
      second: orderId(patient.id, second.service),
      gapMinMinutes: gap[0],
      gapMaxMinutes: gap[1],
    },
  ]
}

/** The tours of a published solution, with its own times, ready for the checker. */
export function readHhcrspSolution(text: string, problem: DispatchProblem): Pick<Plan, 'tours' | 'unserved'> {
  const table = problem.travel[0]!
  const places = new Map(problem.orders.map((order) => [order.id, order.place]))
  const carers = new Map(problem.teamDays.map((teamDay) => [teamDay.id, teamDay]))
  const tours = (parseJson(text) as Solution).routes.flatMap((route) => {
    const teamDay = route.caregiver_id ?? route.caregiver ?? ''
    const carer = carers.get(teamDay)
    const departsMinute = carer?.shiftStartsMinute ?? 0
    let place = carer?.startPlace ?? 0
    let now = departsMinute
    const stops: Stop[] = (route.locations ?? []).map((step) => {
      const order = orderId(step.patient_id ?? step.patient ?? '', step.service_id ?? step.service ?? '')
      const to = places.get(order) ?? 0
      const arrivesMinute = now + table.minutes[place * table.placeCount + to]!
      place = to
      now = step.departure_time
      return { order, arrivesMinute, startsMinute: step.arrival_time, endsMinute: step.departure_time }
    })
    if (stops.length === 0) return []
    const returnsMinute = now + table.minutes[place * table.placeCount + (carer?.endPlace ?? 0)]!
    return [{ teamDay, departsMinute, returnsMinute, stops }]
  })
  return { tours, unserved: [] }
}
