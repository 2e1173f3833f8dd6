import { addDays } from '#platform/dates.ts'
import type { DemoScene } from './demo-acts.ts'
import { readSeed } from './district-plan.ts'

type Clock = `${number}:${number}`

/** Who the demonstration's volunteers are and when their teams can come. */
export interface VolunteersSeed {
  readonly profiles: readonly {
    readonly phone: string
    readonly skills: string[]
    readonly serviceKinds: string[]
    readonly freeTimes: { weekday: number; from: string; until: string }[]
    readonly languages: string[]
    readonly occupation: string
    readonly emergency: { readonly name: string; readonly relation: string; readonly phone: string } | null
    readonly licence?: {
      readonly kind: string
      readonly issuer: string
      readonly proofNumber: string
      readonly daysLeft: number
    }
  }[]
  readonly calendars: readonly {
    readonly team: string
    readonly by: string
    readonly hours: readonly { readonly weekdays: readonly number[]; readonly from: Clock; readonly until: Clock }[]
    readonly exceptions: readonly {
      readonly kind: 'closed' | 'open' | 'leave'
      readonly fromDays: number
      readonly untilDays: number
      readonly note: string
    }[]
    readonly capacity: Readonly<Record<'crews' | 'crewSize' | 'visitsPerDayMax', number>> & {
      readonly speedClass: 'walk' | 'cycle' | 'drive'
      readonly vehicle: string
    }
  }[]
}

/** Lets them tell of themselves, and their teams of their week; staff note what they saw on paper of the professional teams. */
export async function settleVolunteers(scene: DemoScene, seed: VolunteersSeed): Promise<void> {
  const { stage, call, cast, now } = scene
  const { residents, teams } = cast.people
  for (const { phone, licence, emergency, ...profile } of seed.profiles)
    await stage.act(residents.get(phone)!, async (work) => {
      const unsaid = { beijingNumber: null, nationalNumber: null, politicalCode: null }
      await call(work, 'updateMyVolunteer', { body: { ...profile, ...unsaid, emergency } })
      if (licence === undefined) return
      const { daysLeft, ...said } = licence
      await call(work, 'addLicence', { body: { ...said, validUntil: addDays(now, daysLeft) } })
    })
  for (const { team, by, hours, exceptions, capacity } of seed.calendars)
    await stage.act(residents.get(by)!, async (work) => {
      const params = { kind: 'team', id: teams.get(team)! } as const
      const week = hours.flatMap(({ weekdays, from, until }) =>
        weekdays.map((weekday) => ({ weekday, fromMinute: minuteOf(from), untilMinute: minuteOf(until) })),
      )
      let { version } = await call(work, 'readProviderCalendar', { params })
      version = (await call(work, 'setProviderHours', { params, version, body: { hours: week } })).version
      const limits = { ...capacity, minutesPerDayMax: null, minutesPerWeekMax: null }
      await call(work, 'setProviderCapacity', { params, version, body: limits })
      for (const { kind, fromDays, untilDays, note } of exceptions) {
        const body = { kind, note, fromOn: addDays(now, fromDays), untilOn: addDays(now, untilDays) }
        await call(work, 'addProviderException', { params, body })
      }
    })
  await notePapers(scene)
}

async function notePapers({ stage, call, cast, now }: DemoScene): Promise<void> {
  const { licences, onApplication } = await readSeed<{
    readonly licences: readonly { readonly family: string; readonly licence: string; readonly daysLeft: number }[]
    readonly onApplication: readonly string[]
  }>('demo/team-tree.json')
  await stage.act(cast.staff.get('dispatcher')!, async (work) => {
    for (const family of new Set(licences.map((one) => one.family))) {
      const held = licences.filter((one) => one.family === family)
      const rows = held.map(({ licence, daysLeft }) => ({ licence, validUntil: addDays(now, daysLeft) }))
      await call(work, 'saveTeamLicences', {
        params: { id: cast.people.teams.get(family)! },
        body: { licences: rows },
      })
    }
    for (const family of onApplication) {
      const params = { id: cast.people.teams.get(family)! }
      const { version } = await call(work, 'readTeam', { params })
      await call(work, 'updateTeam', { params, version, body: { joinMode: 'on-application' } })
    }
  })
}

function minuteOf(clock: Clock): number {
  const [hour, minute] = clock.split(':').map(Number)
  return hour! * 60 + minute!
}
