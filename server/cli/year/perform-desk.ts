/** What the desks do: triage, dispatch, and the answers of those who were asked. */
import {
  acceptOffer,
  answerOut,
  candidatesFor,
  claimOrder,
  declineOffer,
  deferOrder,
  findOrder,
  mergeOrder,
  offerOrder,
  passUpOrder,
  type Provider,
  recordAgreement,
  takeInOrder,
  type TriageExit,
} from '#modules/orders/index.ts'
import type { Actor } from '#platform/actor.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { runRead, type Work } from '#platform/work.ts'
import { type FoundedTeam, providerLogin } from './cast.ts'
import type { PlannedOrder } from './planned.ts'
import type { SeenOffer, SeenOrder } from './see-orders.ts'
import { keyOf, officerOf, staffAt, type World, write } from './world.ts'

const DECLINE_REASONS = ['no-capacity', 'wrong-time', 'too-far', 'not-our-service', 'no-capacity'] as const
const REVIEW_DAYS = [45, 70] as const

export async function triageAct(
  world: World,
  p: PlannedOrder,
  s: SeenOrder,
  kind: 'take-in' | 'answer-out' | 'defer' | 'merge' | 'pass-up' | 'record-gates',
): Promise<void> {
  const { words, dice } = world
  const actor = officerOf(world, p, s)
  await write(world, actor, keyOf(p, s, kind), async (work) => {
    if (kind === 'take-in') {
      const note = dice.pick(words.takeInNotes, 'take-in-note', p.no)
      await takeInOrder(work, s.id, { note, risks: p.risks, agreementTriggers: [], urgency: p.urgency })
    } else if (kind === 'defer') {
      const reviewOn = addDays(dateIn(work.now), dice.whole(...REVIEW_DAYS, 'review', p.no))
      await deferOrder(work, s.id, { ...dice.pick(words.deferrals, 'deferral', p.no), reviewOn })
    } else if (kind === 'merge') await merge(world, work, p, s)
    else if (kind === 'answer-out') await answer(world, work, p, s)
    else if (kind === 'pass-up') await passUpOrder(work, s.id, dice.pick(words.passUp, 'pass-up', p.no))
    else await recordAgreement(work, s.id, { agreementSigned: false, insuranceConfirmed: true })
  })
}

async function answer({ words }: World, work: Work, p: PlannedOrder, s: SeenOrder): Promise<void> {
  const { exit, reason, alternative } = words.exits[p.twists.exit]!
  const reviewOn = exit === 'cannot-do' ? addDays(dateIn(work.now), REVIEW_DAYS[1]) : null
  await answerOut(work, s.id, { exit: exit as TriageExit, reason, alternative, reviewOn })
}

/** Merges a repetition into the order it repeats; if that has ended meanwhile, its requester is told so. */
async function merge(world: World, work: Work, p: PlannedOrder, s: SeenOrder): Promise<void> {
  const targetId = p.twists.repeats === null ? undefined : world.placed.get(p.twists.repeats)
  const target = targetId === undefined ? undefined : await findOrder(work.tx, targetId)
  const { reason, fallback } = world.words.merge
  if (target === undefined || target.state === 'closed' || target.outcome !== null) {
    await answerOut(work, s.id, { exit: 'out-of-scope', reason, alternative: fallback, reviewOn: null })
  } else await mergeOrder(work, s.id, { intoNumber: target.number, reason })
}

/** Dispatch: first whom the plan names, then whoever the ranking shows first; where nobody can, it goes up a level. */
export async function offer(world: World, p: PlannedOrder, s: SeenOrder): Promise<void> {
  const actor = officerOf(world, p, s)
  const isFirst = s.offers.length === 0
  if (isFirst) {
    const providers = plannedProviders(world, p, s)
    const done = await tried(world, p, s, actor, 'offer', providers)
    if (done) return
  }
  const providers = await shownFirst(world, s, actor)
  if (providers.length > 0 && (await tried(world, p, s, actor, 'offer-shown', providers))) return
  const level = world.units.unitOf(s.responsibleUnitId).kind
  if (level === 'station' || level === 'institute') await triageAct(world, p, s, 'pass-up')
  else await tried(world, p, s, actor, 'offer-agency', [{ kind: 'agency', id: world.units.agencies.get(p.agency)! }])
}

async function tried(
  world: World,
  p: PlannedOrder,
  s: SeenOrder,
  actor: Actor,
  what: string,
  providers: readonly Provider[],
): Promise<boolean> {
  if (providers.length === 0) return false
  try {
    await write(
      world,
      actor,
      keyOf(p, s, what),
      async (work) => void (await offerOrder(work, s.id, { providers, note: '' })),
    )
    return true
  } catch (error) {
    if (!(error instanceof Refusal) || !['orders.provider-not-eligible', 'orders.already-asked'].includes(error.code))
      throw error
    countRefusal(world, error)
    return false
  }
}

/** Whom the plan asks first: an agency, or the planned team with another of the same township beside it. */
function plannedProviders(world: World, p: PlannedOrder, s: SeenOrder): Provider[] {
  const team = p.team === null ? undefined : world.cast.teams.get(p.team)
  const isCentre = world.units.unitOf(s.responsibleUnitId).kind === 'centre'
  if (team === undefined) return isCentre ? [{ kind: 'agency', id: world.units.agencies.get(p.agency)! }] : []
  const second = world.dice.roll('second-team', p.no) < 0.2 ? otherTeam(world, p, team) : undefined
  return [team, second].flatMap((one) => (one === undefined ? [] : [{ kind: 'team' as const, id: one.id }]))
}

function otherTeam(world: World, p: PlannedOrder, team: FoundedTeam): FoundedTeam | undefined {
  return [...world.cast.teams.values()].find(
    (one) =>
      one.id !== team.id && one.planned.code === team.planned.code && one.planned.categories.includes(p.category),
  )
}

/** The first of the ranking that the dispatcher sees. */
async function shownFirst(world: World, s: SeenOrder, actor: Actor): Promise<Provider[]> {
  const { candidates } = await runRead(world.host.db, actor, async (read) =>
    candidatesFor(read, (await findOrder(read.tx, s.id))!),
  )
  const [first] = candidates
  return first === undefined ? [] : [{ kind: first.provider.kind, id: first.provider.id }]
}

/** An agency's clerk or a team's leader answers an offer. */
export async function answerOffer(
  world: World,
  p: PlannedOrder,
  s: SeenOrder,
  given: { kind: 'accept' | 'decline'; offer: SeenOffer },
): Promise<void> {
  const { actor, contact } = await speakerOf(world, given.offer)
  await write(world, actor, keyOf(p, s, `${given.kind} ${given.offer.id}`), async (work) => {
    if (given.kind === 'accept') await acceptOffer(work, given.offer.id, contact)
    else {
      const note = world.dice.pick(world.words.declineNotes, 'decline-note', p.no)
      const reason = world.dice.pick(DECLINE_REASONS, 'decline', p.no)
      await declineOffer(work, given.offer.id, { reason, note })
    }
  })
}

/** Somebody of the township claims an order that is open to all. */
export async function claim(world: World, p: PlannedOrder, s: SeenOrder): Promise<void> {
  const township = `${p.station.slice(0, 9)}000`
  const teams = [...world.cast.teams.values()].filter(
    ({ planned }) =>
      (planned.code === p.station || planned.code === township) && planned.categories.includes(p.category),
  )
  for (const team of teams) {
    const { actor, contact } = await speakerOf(world, { teamId: team.id, unitId: null })
    const provider = { kind: 'team', id: team.id } as const
    try {
      await write(
        world,
        actor,
        keyOf(p, s, `claim ${team.id}`),
        async (work) => void (await claimOrder(work, s.id, provider, contact)),
      )
      return
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      countRefusal(world, error)
    }
  }
}

export async function speakerOf(
  world: World,
  provider: { readonly teamId: string | null; readonly unitId: string | null },
): Promise<{ actor: Actor; contact: { contactName: string; contactPhone: string } }> {
  if (provider.teamId !== null) {
    const { leader, planned } = world.cast.teamById.get(provider.teamId)!
    const { name, phone } = planned.members[0]!
    return { actor: leader, contact: { contactName: name, contactPhone: phone } }
  }
  const [slug] = [...world.units.agencies].find(([, id]) => id === provider.unitId)!
  const contactName =
    world.dice.pick(world.words.surnames, 'clerk', slug) + world.dice.pick(world.words.given, 'clerk', slug)
  return { actor: staffAt(world, providerLogin(slug)), contact: { contactName, contactPhone: AGENCY_PHONE } }
}

const AGENCY_PHONE = '13900000199'

export function countRefusal({ tally }: Pick<World, 'tally'>, { code }: Refusal): void {
  tally.refusals.set(code, (tally.refusals.get(code) ?? 0) + 1)
}
