import { addDays } from '#platform/dates.ts'
import type { Actor } from '#platform/actor.ts'
import type { CallRoute } from './demo-calls.ts'
import { type DemoPeople, unitByCode } from './demo-people.ts'
import type { Stage } from './demo-stage.ts'

/** A resident by phone, or the leader of a squad by number. */
type Who = string | number
/** A day and the time on it, counted from the day on which the demonstration is loaded. */
interface Moment {
  readonly daysBack: number
  readonly at: string
}
interface Served {
  /** How many days before the demonstration is loaded. */
  readonly day: number
  readonly from: string
  readonly until: string
}
interface Titled {
  readonly who: Who
  /** Under which title the person's hours stand. */
  readonly title: string
}
interface Plan {
  readonly key: string
  readonly team?: string
  readonly unit?: string
  readonly title: string
  readonly place: string
  readonly code: string
  readonly kind: string
  readonly minutes: number
  readonly starts: Moment
  readonly recurrence?: string
  readonly roles: readonly { readonly name: string; readonly needed: number; readonly licences?: readonly string[] }[]
  readonly risks?: string
  readonly protection?: string
  readonly theme?: string
  readonly campaign?: string
  readonly inCharge: string
}
interface Check {
  readonly session: string
  readonly direction: 'in' | 'out'
  readonly way: 'code' | 'tick'
  readonly who: readonly Who[]
  readonly spaceMinutes?: number
}

interface Acts {
  theme: { readonly kind: 'theme' | 'campaign'; readonly name: string; readonly nameEn: string; readonly days: number }
  plan: Plan
  template: { readonly key: string; readonly name: string }
  'sign-up': { readonly session: string; readonly who: readonly Who[]; readonly spaceMinutes?: number }
  'sign-up-series': { readonly session: string; readonly who: readonly Who[] }
  check: Check
  demand: Served & { readonly title: string; readonly reason: string; readonly team?: string; readonly kind?: string }
  answer: { readonly who: Who; readonly outcome: 'corrected' | 'declined'; readonly answer: string }
  backfill: Served & Titled & { readonly team: string; readonly kind: string; readonly statement: string }
  approve: Titled & { readonly statement: string }
  refuse: Titled & { readonly statement: string }
  object: Titled & { readonly statement: string }
  certificate: {
    readonly fromDay: number
    readonly untilDay: number
    readonly purpose: string
    readonly number: string
    readonly team: string
  }
  prepare: { readonly who: Who; readonly contact: string }
  sign: { readonly who: Who }
  apply: { readonly team: string; readonly message: string }
  found: {
    readonly code: string
    readonly name: string
    readonly purpose: string
    readonly categories: readonly string[]
  }
}

/** An act of db/seed/demo/volunteering.json; `by` is a login, a resident, or “each” where everybody acts alone. */
export type DemoAct = {
  readonly [Name in keyof Acts]: { readonly act: Name; readonly by: Who } & Acts[Name]
}[keyof Acts]

export interface DemoScene {
  readonly stage: Stage
  readonly call: CallRoute
  readonly cast: { readonly staff: ReadonlyMap<string, Actor>; readonly people: DemoPeople }
  /** The day on which the demonstration is loaded. */
  readonly now: string
  instantOf(daysBack: number, at: string): Date
  hoursBackOf(instant: Date): number
  /** The sessions of what was planned, by its key and in time's order. */
  readonly sessions: Map<string, readonly { readonly id: string; readonly startsAt: Date }[]>
  readonly activities: Map<string, string>
}

/** Does one act at the business time that has come. */
export function playAct(scene: DemoScene, at: Date, act: DemoAct): Promise<void> {
  const perform = PERFORM[act.act] as (scene: DemoScene, by: Who, given: DemoAct, at: Date) => Promise<void>
  return perform(scene, act.by, act, at)
}

const PERFORM: {
  readonly [Name in keyof Acts]: (scene: DemoScene, by: Who, given: Acts[Name], at: Date) => Promise<void>
} = {
  async theme(scene, by, { kind, name, nameEn, days }) {
    const [validFrom, validUntil] = [addDays(scene.now, -30), addDays(scene.now, days)]
    const body = { kind, name, nameEn, validFrom, validUntil }
    await doAs(scene, by, (work) => scene.call(work, 'saveTheme', { body }))
  },
  plan: planActivity,
  async template({ call, activities, ...scene }, by, { key, name }) {
    await doAs({ ...scene, call, activities }, by, async (work) => {
      const { activity, sessions } = await call(work, 'readActivity', { params: { id: activities.get(key)! } })
      const { unitId, teamId, title, place, placeUnitId, personInCharge, recorder, risks, protection } = activity
      const first = sessions[0]!
      const minutes = (first.endsAt.getTime() - first.startsAt.getTime()) / 60_000
      const roles = first.roles.map((role) => ({ name: role.name, needed: role.needed }))
      const plan = { title, place, placeUnitId, personInCharge, recorder, risks, protection, minutes, roles }
      await call(work, 'saveTemplate', { body: { unitId, teamId, name, plan } })
    })
  },
  async 'sign-up'(scene, _by, { session, who, spaceMinutes = 1 }, at) {
    await eachAlone(scene, who, { at, spaceMinutes }, (work) =>
      scene.call(work, 'signUp', { params: { id: scene.sessions.get(session)![0]!.id }, body: { mayWait: true } }),
    )
  },
  async 'sign-up-series'(scene, _by, { session, who }, at) {
    await eachAlone(scene, who, { at, spaceMinutes: 1 }, (work) =>
      scene.call(work, 'signUpSeries', { params: { id: scene.activities.get(session)! }, body: { mayWait: false } }),
    )
  },
  check: checkIn,
  async demand(scene, by, { title, reason, team, kind, ...served }) {
    await doAs(scene, by, async (work) => {
      const recordId = team === undefined ? await recordOf(scene, work, title) : null
      const [teamId, kindSlug] = [team === undefined ? null : teamOf(scene, team), kind ?? null]
      const body = { recordId, teamId, kindSlug, title, reason, ...spanOf(scene, served) }
      await scene.call(work, 'demandCorrection', { body })
    })
  },
  async answer(scene, by, { who, outcome, answer }) {
    const { rows } = await doAs(scene, who, (work) => scene.call(work, 'listMyDemands'))
    const { id } = rows.find((row) => row.state === 'open')!
    await doAs(scene, by, (work) => scene.call(work, 'answerDemand', { params: { id }, body: { outcome, answer } }))
  },
  async backfill(scene, by, { who, team, kind, title, statement, ...served }) {
    const body = { kindSlug: kind, title, statement, teamId: teamOf(scene, team), ...spanOf(scene, served) }
    const { personId } = actorOf(scene, who)
    await doAs(scene, by, (work) => scene.call(work, 'backfillHours', { body: { ...body, personId: personId! } }))
  },
  async approve(scene, by, { who, title, statement }) {
    const id = await doAs(scene, who, (work) => recordOf(scene, work, title))
    await doAs(scene, by, (work) => scene.call(work, 'approveHours', { params: { id }, body: { statement } }))
  },
  async refuse(scene, by, { who, title, statement }) {
    const id = await doAs(scene, who, (work) => recordOf(scene, work, title))
    await doAs(scene, by, (work) => scene.call(work, 'refuseHours', { params: { id }, body: { statement } }))
  },
  async object(scene, by, { who, title, statement }) {
    const id = await doAs(scene, who, (work) => recordOf(scene, work, title))
    await doAs(scene, by, (work) => scene.call(work, 'objectToHours', { params: { id }, body: { statement } }))
  },
  async certificate(scene, by, { fromDay, untilDay, purpose, number, team }) {
    await doAs(scene, by, async (work) => {
      const { unitId } = await scene.call(work, 'readTeam', { params: { id: teamOf(scene, team) } })
      const { name } = await scene.call(work, 'readMe')
      const period = { fromDay: addDays(scene.now, -fromDay), untilDay: addDays(scene.now, -untilDay) }
      const holder = { holderName: name!, idType: 'passport', idNumber: number } as const
      await scene.call(work, 'requestCertificate', { body: { unitId, purpose, ...period, ...holder } })
    })
  },
  async prepare(scene, by, { who, contact }) {
    const id = await certificateOf(scene, who)
    await doAs(scene, by, (work) => scene.call(work, 'prepareCertificate', { params: { id }, body: { contact } }))
  },
  async sign(scene, by, { who }) {
    const id = await certificateOf(scene, who)
    await doAs(scene, by, (work) => scene.call(work, 'signOffCertificate', { params: { id } }))
  },
  async apply(scene, by, { team, message }) {
    await doAs(scene, by, async (work) => {
      await scene.call(work, 'registerVolunteer', { body: { skills: [], consent: true } })
      await scene.call(work, 'applyToTeam', { params: { id: teamOf(scene, team) }, body: { message } })
    })
  },
  async found(scene, by, { code, name, purpose, categories }) {
    await doAs(scene, by, async (work) => {
      const { id: unitId } = await unitByCode(work, code)
      const body = { unitId, name, purpose, categorySlugs: [...categories] }
      await scene.call(work, 'applyToFound', { body })
    })
  },
}

async function planActivity(scene: DemoScene, by: Who, given: Plan): Promise<void> {
  const { key, team, unit, starts, code, kind, inCharge, theme, campaign, recurrence = null, ...said } = given
  await doAs(scene, by, async (work) => {
    const themes = (await scene.call(work, 'listThemes')).rows
    const idOf = (name: string | undefined) => themes.find((one) => one.name === name)?.id ?? null
    const { id, sessionIds } = await scene.call(work, 'createActivity', {
      body: {
        teamId: team === undefined ? null : teamOf(scene, team),
        unitId: unit === undefined ? null : (await unitByCode(work, unit)).id,
        startsAt: scene.instantOf(starts.daysBack, starts.at).toISOString(),
        recurrence,
        publish: true,
        plan: {
          title: said.title,
          place: said.place,
          placeUnitId: (await unitByCode(work, code)).id,
          minutes: said.minutes,
          roles: said.roles.map((role) => ({ ...role, licences: [...(role.licences ?? [])] })),
          kindSlug: kind,
          personInCharge: inCharge,
          themeId: idOf(theme),
          campaignId: idOf(campaign),
          ...(said.risks !== undefined && { risks: said.risks }),
          ...(said.protection !== undefined && { protection: said.protection }),
        },
      },
    })
    const { sessions } = await scene.call(work, 'readActivity', { params: { id } })
    scene.activities.set(key, id)
    scene.sessions.set(
      key,
      sessionIds.map((one) => sessions.find((session) => session.id === one)!),
    )
  })
}

/** Everybody reads the code on the screen, one after the other; or the organiser ticks them all. */
async function checkIn(scene: DemoScene, by: Who, given: Check, at: Date): Promise<void> {
  const { session, direction, way, who, spaceMinutes = 1 } = given
  const near = (one: { readonly startsAt: Date }) => Math.abs(one.startsAt.getTime() - at.getTime())
  const { id } = scene.sessions.get(session)!.toSorted((a, b) => near(a) - near(b))[0]!
  const params = { id }
  if (way === 'tick') {
    const personIds = who.map((one) => actorOf(scene, one).personId!)
    await doAs(scene, by, (work) => scene.call(work, 'tickList', { params, body: { direction, personIds } }))
    return
  }
  await eachAlone(scene, who, { at, spaceMinutes }, async (work) => {
    const organiser = { ...work, actor: scene.cast.staff.get('dispatcher')! }
    const { code } = await scene.call(organiser, 'readSessionCode', { params })
    await scene.call(work, 'checkInSelf', { params, body: { direction, code } })
  })
}

type Work = Parameters<CallRoute>[0]

function actorOf({ cast }: DemoScene, who: Who): Actor {
  const { staff, people } = cast
  const found = typeof who === 'number' ? people.squadLeaders[who] : (people.residents.get(who) ?? staff.get(who))
  if (found === undefined) throw new Error(`nobody of the demonstration is ${who}`)
  return found
}

function teamOf({ cast }: DemoScene, key: string): string {
  return cast.people.teams.get(key)!
}

function doAs<T>(scene: DemoScene, who: Who, act: (work: Work) => Promise<T>): Promise<T> {
  return scene.stage.act(actorOf(scene, who), act)
}

/** One after the other, some minutes apart, as people do. */
async function eachAlone(
  scene: DemoScene,
  who: readonly Who[],
  { at, spaceMinutes }: { readonly at: Date; readonly spaceMinutes: number },
  act: (work: Work) => Promise<unknown>,
): Promise<void> {
  for (const [index, one] of who.entries()) {
    await scene.stage.shortlyAfter(scene.hoursBackOf(new Date(at.getTime() + index * spaceMinutes * 60_000)))
    await doAs(scene, one, act)
  }
}

function spanOf(scene: DemoScene, { day, from, until }: Served) {
  return { startedAt: scene.instantOf(day, from).toISOString(), endedAt: scene.instantOf(day, until).toISOString() }
}

/** The newest record of the acting person's hours under a title. */
async function recordOf({ call }: DemoScene, work: Work, title: string): Promise<string> {
  const { rows } = await call(work, 'listMyHours')
  return rows.find((row) => row.title === title)!.id
}

async function certificateOf(scene: DemoScene, who: Who): Promise<string> {
  const { rows } = await doAs(scene, who, (work) => scene.call(work, 'listMyCertificates'))
  return rows[0]!.id
}
