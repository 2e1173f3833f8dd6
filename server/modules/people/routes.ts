import QRCode from 'qrcode'
import { PAGE_ROWS } from '#contract/kit.ts'
import type { Me, peopleRoutes } from '#contract/people.ts'
import type { Actor } from '#platform/actor.ts'
import { unitsHeld } from '#platform/actor.ts'
import { endSession, forgetSessions } from '#platform/auth/sessions.ts'
import { rateTake } from '#platform/auth/rate-limit.ts'
import type { Tx } from '#platform/db.ts'
import type { Handlers, Reply } from '#platform/handlers.ts'
import { maskPhone } from '#platform/masking.ts'
import { cursorOf, pageOf } from '#platform/paging.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { acceptInvitation, openInvitation } from './accept-invitation.ts'
import { appointStaff, disableStaff, endGrant, grantRole } from './appoint-staff.ts'
import { findPerson, phoneIndex, updatePerson } from './person-rows.ts'
import { districtView, grantViews, listStaff, looksAt } from './person-views.ts'
import { refuse } from './refusals.ts'
import {
  CODE_MINUTES,
  CODE_WAIT_SECONDS,
  normalisedPhone,
  requestLoginCode,
  type SignIn,
  signInResident,
} from './sign-in-resident.ts'
import { signInStaff } from './sign-in-staff.ts'
import { ownPhoneOf, proveOwnPhone } from './staff-phone.ts'
import { findOpenGrant } from './staff-rows.ts'

/** What this module is told at composition, because it is known only above it or outside. */
export interface PeopleTools {
  readonly origin: string
  readonly permissionsOf: (actor: Actor) => string[]
  readonly teamsOf: (tx: Tx, personId: string) => Promise<readonly { id: string; name: string; role: string }[]>
  readonly loadActor: (tx: Tx, personId: string, kind: 'resident' | 'staff', now: Date) => Promise<Actor>
  /** Real time, for authenticators. */
  readonly realNow: () => Date
}

// Per phone: one a minute, five an hour, ten a day; per address more, for a station's shared line (trust-ux.md section 2.4).
const CODE_BUDGETS = [
  { calls: 1, seconds: CODE_WAIT_SECONDS },
  { calls: 5, seconds: 3_600 },
  { calls: 10, seconds: 86_400 },
] as const
const ADDRESS_BUDGET = { calls: 60, seconds: 3_600 }
const SIGN_IN_BUDGET = { calls: 60, seconds: 600 }

/** Before a code is sent. By the phone's keyed index, because the key of a budget is kept in clear. */
export async function takeCodeBudgets(tx: Tx, phone: string, address: string): Promise<void> {
  await rateTake(tx, `code address ${address}`, ADDRESS_BUDGET)
  const index = phoneIndex(tx, phone).toString('hex')
  for (const budget of CODE_BUDGETS) await rateTake(tx, `code ${budget.seconds} ${index}`, budget)
}

export function peopleHandlers(tools: PeopleTools): Handlers<typeof peopleRoutes> {
  const signedIn = async (work: Work, result: SignIn, kind: 'resident' | 'staff'): Promise<Reply<Me>> => {
    if ('refusal' in result) return { answer: undefined as never, refusal: result.refusal }
    const actor = await tools.loadActor(work.tx, result.personId, kind, work.now)
    return { answer: await meOf(tools, work.tx, actor, work.now), session: { token: result.token } }
  }
  return {
    ...staffHandlers(tools),
    async requestCode(work, { body, address }) {
      const phone = normalisedPhone(body.phone)
      await takeCodeBudgets(work.tx, phone, address)
      await requestLoginCode(work, phone)
      return { answer: { secondsToWait: CODE_WAIT_SECONDS, minutesValid: CODE_MINUTES } }
    },
    async residentLogin(work, { body, address }) {
      await rateTake(work.tx, `sign-in ${address}`, SIGN_IN_BUDGET)
      return signedIn(work, await signInResident(work, body), 'resident')
    },
    async staffLogin(work, { body, address }) {
      await rateTake(work.tx, `sign-in ${address}`, SIGN_IN_BUDGET)
      return signedIn(work, await signInStaff(work, body, tools.realNow()), 'staff')
    },
    async openInvitation(work, { body }) {
      const opened = await openInvitation(work, body.token)
      return { answer: { ...opened, totpQrSvg: await QRCode.toString(opened.totpUri, { type: 'svg', margin: 1 }) } }
    },
    async acceptInvitation(work, { body }) {
      return signedIn(work, await acceptInvitation(work, body, tools.realNow()), 'staff')
    },
    async logout(work, { token }) {
      if (token !== null) await endSession(work.tx, token)
      return { answer: {}, session: 'ended' }
    },
    checkSession: ({ actor }) =>
      Promise.resolve({
        answer: {
          personId: actor.personId!,
          kind: actor.kind === 'staff' ? 'staff' : 'resident',
          locale: actor.locale,
        },
      }),
    async readMe({ tx, actor, now }) {
      return { answer: await meOf(tools, tx, actor, now) }
    },
    async updateMe(work, { body }) {
      const personId = work.actor.personId!
      await updatePerson(work.tx, personId, body)
      // What was changed, not to what: the log holds no personal data.
      const fields = Object.keys(body)
      work.audit({ action: 'people.update', subject: { kind: 'person', id: personId }, details: { fields } })
      if (body.locale !== undefined) await forgetSessions(work.tx)
      return { answer: await meOf(tools, work.tx, work.actor, work.now) }
    },
    async readMyStaffPhone({ tx, actor }) {
      return { answer: (await ownPhoneOf(tx, actor.personId!)) ?? { phoneMasked: null, provedAt: null } }
    },
    async proveMyStaffPhone(work, { body }) {
      const refusal = await proveOwnPhone(work, work.actor.personId!, body)
      return refusal === null ? { answer: {} } : { answer: {}, refusal }
    },
    async listMyLooks({ tx, actor }, { query }) {
      const limit = query.limit ?? PAGE_ROWS
      const [beforeId] = cursorOf(query.cursor, ['id'])
      const rows = await looksAt(tx, actor.personId!, { beforeId, limit: limit + 1 })
      return { answer: pageOf(rows, limit, (row) => [row.id]) }
    },
  }
}

/** Appointing staff and ending what they were given, by an administrator of the unit. */
function staffHandlers(tools: PeopleTools) {
  return {
    async listStaff({ tx, actor, now }, { query }) {
      const limit = query.limit ?? PAGE_ROWS
      const [afterLogin] = cursorOf(query.cursor, ['text'])
      const held = unitsHeld(actor, ['district-admin'])
      const unitIds = query.unitId === undefined ? [...held] : held.has(query.unitId) ? [query.unitId] : []
      const staff = await listStaff(tx, { unitIds, afterLogin, limit: limit + 1 })
      const grants = Map.groupBy(
        await grantViews(
          tx,
          staff.map((row) => row.id),
          now,
        ),
        (grant) => grant.personId,
      )
      const page = pageOf(staff, limit, (row) => [row.login])
      return { answer: { ...page, rows: page.rows.map((row) => ({ ...row, roles: grants.get(row.id) ?? [] })) } }
    },
    async appointStaff(work, { body }) {
      requireHeld(work, body.unitId)
      const { personId, token, expiresAt } = await appointStaff(work, body)
      // In the fragment, which browsers do not send, so that no log along the way holds it.
      return { answer: { personId, invitationLink: `${tools.origin}/staff/invitation#${token}`, expiresAt } }
    },
    async grantRole(work, { params, body }) {
      requireHeld(work, body.unitId)
      return { answer: { grantId: await grantRole(work, params.id, body.role, body.unitId) } }
    },
    async endGrant(work, { params }) {
      const grant = await findOpenGrant(work.tx, params.id)
      if (grant === undefined) throw new Refusal('platform.not-found', 404, {})
      requireHeld(work, grant.unitId)
      await endGrant(work, params.id)
      return { answer: {} }
    },
    async disableStaff(work, { params }) {
      await disableStaff(work, params.id)
      return { answer: {} }
    },
  } satisfies Partial<Handlers<typeof peopleRoutes>>
}

function requireHeld(work: Work, unitId: string): void {
  if (!unitsHeld(work.actor, ['district-admin']).has(unitId))
    throw new Refusal('platform.not-found', 404, {}, { field: 'unitId' })
}

async function meOf(tools: PeopleTools, tx: Tx, actor: Actor, now: Date): Promise<Me> {
  const person = await findPerson(tx, actor.personId!)
  if (person === undefined) throw refuse('sign-in-failed')
  const roles = actor.kind === 'staff' ? await grantViews(tx, [person.id], now) : []
  return {
    id: person.id,
    kind: actor.kind === 'staff' ? 'staff' : 'resident',
    name: person.name,
    phoneMasked: person.phone === null ? null : maskPhone(person.phone),
    locale: person.locale,
    elderMode: person.elderMode,
    district: await districtView(tx),
    roles: roles.map(({ role, unitId, unitName }) => ({ role, unitId, unitName })),
    teams: [...(await tools.teamsOf(tx, person.id))],
    permissions: tools.permissionsOf(actor),
  }
}
