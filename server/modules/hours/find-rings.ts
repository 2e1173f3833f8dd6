import type { ServiceFact, Thresholds } from './suspicion-facts.ts'

interface Ring {
  readonly people: readonly string[]
  readonly records: readonly ServiceFact[]
  readonly confirmations: number
}

/** Records that one person confirmed for another. */
interface Edge {
  readonly from: string
  readonly to: string
  readonly records: readonly ServiceFact[]
  /** Of these, at things where the confirmer confirmed hardly anybody else. */
  readonly intimate: number
}

/**
 * People who confirm each other's time in a circle: A for B and B for A, or A for B, B for C and C for A. A leader who ticks a
 * long list of which the deputy is one, and is ticked by the deputy on another day, is none: what they give each other is
 * a small part of what they give, at things where they ticked many. Who confirm each other again and again at things where
 * they confirmed hardly anybody else are a ring, however often others confirmed them elsewhere.
 */
export function findRings(services: readonly ServiceFact[], thresholds: Thresholds): Ring[] {
  const edges = edgesOf(services, thresholds)
  const strong = [...edges.values()].filter((edge) => edge.records.length >= thresholds.ringConfirmationsMin)
  const next = Map.groupBy(strong, (edge) => edge.from)
  const given = totalsBy([...edges.values()], (edge) => edge.from)
  const received = totalsBy([...edges.values()], (edge) => edge.to)
  const rings: Set<string>[] = []
  for (const start of next.keys()) {
    for (const cycle of cyclesFrom(start, next, thresholds.ringPeopleMax)) {
      if (isRing(cycle, edges, { given, received }, thresholds)) merge(rings, cycle)
    }
  }
  return rings.map((ring) => {
    const inside = [...edges.values()].filter((edge) => ring.has(edge.from) && ring.has(edge.to))
    const records = [...new Set(inside.flatMap((edge) => edge.records))]
    return { people: [...ring].toSorted(), records, confirmations: records.length }
  })
}

function edgesOf(services: readonly ServiceFact[], thresholds: Thresholds): Map<string, Edge> {
  const confirmed = services.flatMap((service) =>
    [...new Set([service.recordedBy, service.approvedBy])]
      .filter((by) => by !== null && by !== service.personId)
      .map((by) => ({ by: by!, service })),
  )
  const company = new Map(
    [...Map.groupBy(confirmed, ({ by, service }) => `${by} ${service.subjectId}`)].map(([key, group]) => [
      key,
      new Set(group.map(({ service }) => service.personId)).size,
    ]),
  )
  return new Map(
    [...Map.groupBy(confirmed, ({ by, service }) => `${by} ${service.personId}`)].map(([key, group]) => {
      const small = group.filter(
        ({ by, service }) => company.get(`${by} ${service.subjectId}`)! < thresholds.ringPeopleMax,
      )
      const { by, service } = group[0]!
      const records = group.map((one) => one.service)
      return [key, { from: by, to: service.personId, records, intimate: small.length }]
    }),
  )
}

function totalsBy(edges: readonly Edge[], keyOf: (edge: Edge) => string): Map<string, number> {
  const totals = new Map<string, number>()
  for (const edge of edges) totals.set(keyOf(edge), (totals.get(keyOf(edge)) ?? 0) + edge.records.length)
  return totals
}

/** Circles through `start` of at most so many people, each once: `start` is the smallest of its people. */
function cyclesFrom(start: string, next: ReadonlyMap<string, readonly Edge[]>, peopleMax: number): string[][] {
  const cycles: string[][] = []
  const walk = (path: readonly string[]) => {
    for (const { to } of next.get(path.at(-1)!) ?? []) {
      if (to === start && path.length > 1) cycles.push([...path])
      else if (to > start && path.length < peopleMax && !path.includes(to)) walk([...path, to])
    }
  }
  walk([start])
  return cycles
}

function isRing(
  cycle: readonly string[],
  edges: ReadonlyMap<string, Edge>,
  totals: { readonly given: ReadonlyMap<string, number>; readonly received: ReadonlyMap<string, number> },
  thresholds: Thresholds,
): boolean {
  const isAmongThemselves = cycle.every((person, at) => {
    const edge = edges.get(`${person} ${cycle[(at + 1) % cycle.length]!}`)
    return edge !== undefined && edge.intimate >= thresholds.ringConfirmationsMin
  })
  if (isAmongThemselves) return true
  return cycle.every((person) => {
    const others = cycle.filter((one) => one !== person)
    const from = others.flatMap((other) => edges.get(`${other} ${person}`) ?? [])
    const to = others.flatMap((other) => edges.get(`${person} ${other}`) ?? [])
    const gotten = from.reduce((all, edge) => all + edge.records.length, 0)
    const gave = to.reduce((all, edge) => all + edge.records.length, 0)
    const intimate = to.reduce((all, edge) => all + edge.intimate, 0)
    const isReceiver = gotten >= totals.received.get(person)! * thresholds.ringShareMin
    const isGiver =
      gave >= totals.given.get(person)! * thresholds.ringGivenShareMin || intimate >= thresholds.ringConfirmationsMin
    return isReceiver && isGiver
  })
}

/** Rings that share a person are one. */
function merge(rings: Set<string>[], cycle: readonly string[]): void {
  const touching = rings.filter((ring) => cycle.some((person) => ring.has(person)))
  const merged = new Set([...cycle, ...touching.flatMap((ring) => [...ring])])
  for (const ring of touching) rings.splice(rings.indexOf(ring), 1)
  rings.push(merged)
}

/**
 * Groups of people among whom a circle can be: each reaches every other one along the edges. A circle lies within one group.
 * @param edges from who confirms to who is confirmed
 */
export function groupsOf(edges: readonly { readonly from: string; readonly to: string }[]): string[][] {
  const next = Map.groupBy(edges, (edge) => edge.from)
  const before = Map.groupBy(edges, (edge) => edge.to)
  const order: string[] = []
  const seen = new Set<string>()
  for (const start of next.keys()) walk(start, seen, (id) => next.get(id)?.map((edge) => edge.to) ?? [], order)
  const grouped = new Set<string>()
  const groups: string[][] = []
  for (const start of order.toReversed()) {
    const group: string[] = []
    walk(start, grouped, (id) => before.get(id)?.map((edge) => edge.from) ?? [], group)
    if (group.length > 1) groups.push(group)
  }
  return groups
}

/** Adds whoever is reached and was not seen to a list, each after those whom it reaches; without recursion, for long chains. */
function walk(start: string, seen: Set<string>, nextOf: (id: string) => readonly string[], list: string[]): void {
  if (seen.has(start)) return
  seen.add(start)
  const stack = [{ id: start, rest: [...nextOf(start)] }]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const id = top.rest.pop()
    if (id === undefined) list.push(stack.pop()!.id)
    else if (!seen.has(id)) {
      seen.add(id)
      stack.push({ id, rest: [...nextOf(id)] })
    }
  }
}
