// Our own JSON: the fields of `DispatchProblem`, with travel as nested lists of minutes or as coordinates, and usual values for what
// most problems leave out. Plans are the JSON of `Plan`.
import type { Plan, Stop, Tour } from '../plan.ts'
import {
  DEFAULT_OBJECTIVE,
  type AssignmentCost,
  type DispatchProblem,
  type Objective,
  type Order,
  type ScorePart,
  type SharedLimit,
  type TeamDay,
  type TravelTable,
} from '../problem.ts'
import { travelByCoordinates } from '../travel.ts'
import {
  asNumber,
  asText,
  listAt,
  numberAt,
  parseJson,
  recordAt,
  squareAt,
  textAt,
  type JsonRecord,
} from './json-shape.ts'
import { FormatError } from './text.ts'

const SCORE_PARTS: readonly ScorePart[] = [
  'travel',
  'work',
  'fixed',
  'fairness',
  'coverage',
  'pairing',
  'continuity',
  'evaluation',
  'quota',
  'skill',
  'lateness',
  'waiting',
  'load',
  'change',
]

/** Reads a problem. Throws `FormatError` for a wrong shape; what the values mean is checked by `problemFaults`. */
export function problemOf(root: JsonRecord): DispatchProblem {
  const orders = listAt(root, 'orders', '', orderOf, true)
  const optional = {
    ...(root['skillNames'] === undefined ? {} : { skillNames: listAt(root, 'skillNames', '', asText) }),
    ...(root['partNames'] === undefined ? {} : { partNames: listAt(root, 'partNames', '', asText) }),
    ...(root['suppliesPlace'] === undefined ? {} : { suppliesPlace: numberAt(root, 'suppliesPlace', '') }),
    ...(root['teamLoadMinutes'] === undefined ? {} : { teamLoadMinutes: loadsOf(root['teamLoadMinutes']) }),
  }
  return {
    ...optional,
    loadNames: listAt(root, 'loadNames', '', asText),
    travel: listAt(root, 'travel', '', travelOf, true),
    orders,
    teamDays: listAt(root, 'teamDays', '', (value, path) => teamDayOf(value, path, orders.length), true),
    links: listAt(root, 'links', '', (value, path) => {
      const link = recordAt(value, path)
      return {
        first: textAt(link, 'first', path),
        second: textAt(link, 'second', path),
        gapMinMinutes: numberAt(link, 'gapMinMinutes', path, 0),
        gapMaxMinutes: numberAt(link, 'gapMaxMinutes', path, 0),
      }
    }),
    objective: root['objective'] === undefined ? DEFAULT_OBJECTIVE : objectiveOf(root['objective']),
    fairness: listAt(root, 'fairness', '', (value, path) => {
      const piece = recordAt(value, path)
      return {
        fromMinutes: numberAt(piece, 'fromMinutes', path),
        costPerMinute: numberAt(piece, 'costPerMinute', path),
      }
    }),
    ...(root['limits'] === undefined ? {} : { limits: listAt(root, 'limits', '', limitOf) }),
    coverage: listAt(root, 'coverage', '', (value, path) => {
      const row = recordAt(value, path)
      return {
        village: textAt(row, 'village', path),
        visitsMin: numberAt(row, 'visitsMin', path, 1),
        missingCost: numberAt(row, 'missingCost', path),
      }
    }),
  }
}

const MEASURES: readonly SharedLimit['measure'][] = ['tours', 'visits', 'minutes']

function limitOf(value: unknown, path: string): SharedLimit {
  const record = recordAt(value, path)
  const measure = MEASURES.find((known) => known === record['measure'])
  if (!measure) throw new FormatError(`${path}.measure: expected one of ${MEASURES.join(', ')}`, 0)
  return {
    id: textAt(record, 'id', path),
    teamDays: listAt(record, 'teamDays', path, asText),
    measure,
    most: numberAt(record, 'most', path),
  }
}

function loadsOf(value: unknown): Record<string, number> {
  const record = recordAt(value, 'teamLoadMinutes')
  return Object.fromEntries(Object.keys(record).map((team) => [team, numberAt(record, team, 'teamLoadMinutes')]))
}

function objectiveOf(value: unknown): Objective {
  const record = recordAt(value, 'objective')
  const plain = {
    travel: numberAt(record, 'travel', 'objective', DEFAULT_OBJECTIVE.travel),
    workMinute: numberAt(record, 'workMinute', 'objective', DEFAULT_OBJECTIVE.workMinute),
  }
  if (record['lateness'] === undefined) return plain
  const lateness = recordAt(record['lateness'], 'objective.lateness')
  return {
    ...plain,
    lateness: {
      perMinute: numberAt(lateness, 'perMinute', 'objective.lateness'),
      maxPerMinute: numberAt(lateness, 'maxPerMinute', 'objective.lateness', 0),
    },
  }
}

function travelOf(value: unknown, path: string): TravelTable {
  const record = recordAt(value, path)
  const name = textAt(record, 'name', path, 'travel')
  if (record['minutes'] === undefined) {
    const points = listAt(record, 'coordinates', path, coordinatesOf, true)
    return travelByCoordinates(name, points)
  }
  const minutes = squareAt(record, 'minutes', path)
  const placeCount = Math.round(Math.sqrt(minutes.length))
  return record['cost'] === undefined
    ? { name, placeCount, minutes }
    : { name, placeCount, minutes, cost: squareAt(record, 'cost', path) }
}

function coordinatesOf(value: unknown, path: string) {
  const record = recordAt(value, path)
  const point = { longitude: numberAt(record, 'longitude', path), latitude: numberAt(record, 'latitude', path) }
  return record['detour'] === undefined ? point : { ...point, detour: numberAt(record, 'detour', path) }
}

function orderOf(value: unknown, path: string): Order {
  const record = recordAt(value, path)
  const pin = record['pin'] === undefined ? undefined : recordAt(record['pin'], `${path}.pin`)
  const current = record['current'] === undefined ? undefined : recordAt(record['current'], `${path}.current`)
  return {
    id: textAt(record, 'id', path),
    place: numberAt(record, 'place', path),
    serviceMinutes: numberAt(record, 'serviceMinutes', path),
    windows: listAt(record, 'windows', path, windowOf, true),
    skills: listAt(record, 'skills', path, asText),
    loads: listAt(record, 'loads', path, asNumber),
    unservedCost: record['unservedCost'] === null ? null : numberAt(record, 'unservedCost', path),
    assignmentCosts: listAt(record, 'assignmentCosts', path, assignmentCostOf),
    ...(record['village'] === undefined ? {} : { village: textAt(record, 'village', path) }),
    ...(record['teamDays'] === undefined ? {} : { teamDays: listAt(record, 'teamDays', path, asText) }),
    ...(record['tools'] === undefined ? {} : { tools: listAt(record, 'tools', path, asText) }),
    ...(record['parts'] === undefined ? {} : { parts: listAt(record, 'parts', path, asNumber) }),
    ...(pin === undefined ? {} : { pin: pinOf(pin, `${path}.pin`) }),
    ...(current === undefined
      ? {}
      : {
          current: {
            teamDay: textAt(current, 'teamDay', `${path}.current`),
            changeMinutes: numberAt(current, 'changeMinutes', `${path}.current`),
          },
        }),
  }
}

function pinOf(record: JsonRecord, path: string): NonNullable<Order['pin']> {
  const teamDay = textAt(record, 'teamDay', path)
  return record['startsMinute'] === undefined
    ? { teamDay }
    : { teamDay, startsMinute: numberAt(record, 'startsMinute', path) }
}

function windowOf(value: unknown, path: string): Order['windows'][number] {
  const record = recordAt(value, path)
  const window = {
    opensMinute: numberAt(record, 'opensMinute', path),
    closesMinute: numberAt(record, 'closesMinute', path),
  }
  return record['day'] === undefined ? window : { day: textAt(record, 'day', path), ...window }
}

function assignmentCostOf(value: unknown, path: string): AssignmentCost {
  const record = recordAt(value, path)
  const part = SCORE_PARTS.find((known) => known === record['part'])
  if (!part) throw new FormatError(`${path}.part: expected one of ${SCORE_PARTS.join(', ')}`, 0)
  return {
    part,
    minutes: numberAt(record, 'minutes', path),
    ...(record['team'] === undefined ? {} : { team: textAt(record, 'team', path) }),
    ...(record['day'] === undefined ? {} : { day: textAt(record, 'day', path) }),
  }
}

function teamDayOf(value: unknown, path: string, orderCount: number): TeamDay {
  const record = recordAt(value, path)
  const id = textAt(record, 'id', path)
  const startPlace = numberAt(record, 'startPlace', path)
  const shiftStartsMinute = numberAt(record, 'shiftStartsMinute', path)
  const shiftEndsMinute = numberAt(record, 'shiftEndsMinute', path)
  return {
    id,
    team: textAt(record, 'team', path, id),
    day: textAt(record, 'day', path, ''),
    startPlace,
    endPlace: numberAt(record, 'endPlace', path, startPlace),
    shiftStartsMinute,
    shiftEndsMinute,
    visitsMax: numberAt(record, 'visitsMax', path, orderCount),
    workMinutesMax: numberAt(record, 'workMinutesMax', path, Math.max(0, shiftEndsMinute - shiftStartsMinute)),
    loadsMax: listAt(record, 'loadsMax', path, asNumber),
    skills: listAt(record, 'skills', path, asText),
    travel: numberAt(record, 'travel', path, 0),
    fixedCost: numberAt(record, 'fixedCost', path, 0),
    ...(record['tools'] === undefined ? {} : { tools: listAt(record, 'tools', path, asText) }),
    ...(record['parts'] === undefined ? {} : { parts: listAt(record, 'parts', path, asNumber) }),
  }
}

/** Reads what a checker needs of a plan: tours, unserved orders, and the cost and bound that it claims. */
export function readPlan(text: string): Pick<Plan, 'tours' | 'unserved'> & Partial<Plan> {
  const root = recordAt(parseJson(text), 'plan')
  const plan = {
    tours: listAt(root, 'tours', '', tourOf, true),
    unserved: listAt(root, 'unserved', '', (value, path) => ({
      order: typeof value === 'string' ? value : textAt(recordAt(value, path), 'order', path),
      rejections: [],
    })),
  }
  const bound = root['bound'] === undefined ? {} : { bound: numberAt(root, 'bound', '') }
  if (root['cost'] === undefined) return { ...plan, ...bound }
  const record = recordAt(root['cost'], 'cost')
  const part = (name: string): number => numberAt(record, name, 'cost', 0)
  const cost = {
    travel: part('travel'),
    work: part('work'),
    fixed: part('fixed'),
    assignment: part('assignment'),
    lateness: part('lateness'),
    fairness: part('fairness'),
    coverage: part('coverage'),
    unserved: part('unserved'),
    total: numberAt(record, 'total', 'cost'),
  }
  return { ...plan, ...bound, cost }
}

function tourOf(value: unknown, path: string): Tour {
  const record = recordAt(value, path)
  return {
    teamDay: textAt(record, 'teamDay', path),
    departsMinute: numberAt(record, 'departsMinute', path),
    returnsMinute: numberAt(record, 'returnsMinute', path),
    stops: listAt(record, 'stops', path, stopOf, true),
  }
}

function stopOf(value: unknown, path: string): Stop {
  const record = recordAt(value, path)
  const times = {
    arrivesMinute: numberAt(record, 'arrivesMinute', path),
    startsMinute: numberAt(record, 'startsMinute', path),
    endsMinute: numberAt(record, 'endsMinute', path),
  }
  return record['order'] === undefined ? times : { order: textAt(record, 'order', path), ...times }
}
