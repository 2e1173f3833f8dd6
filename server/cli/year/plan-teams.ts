import { addDays } from '#platform/dates.ts'
import { DAY, slotFrom, timeOfDay } from './days.ts'
import type { Dice } from './dice.ts'
import type { PlannedPerson, PlannedStation, PlannedTeam, Span } from './planned.ts'
import { spanDays } from './plan-offerings.ts'
import { filled, type LifeWords, type SeedWords } from './seed-words.ts'

/**
 * Of the seed: "乡镇（街道）83 支", "村（社区）519 支", six professional teams, 18 branches, one corps. These are 627 of its 631;
 * the four that are left are planned as the "N" of its "2+6+N".
 */
const TOWNSHIP_TEAMS = 83
const VILLAGE_TEAMS = 519
const CATEGORIES = ['policy-talks', 'legal-advice', 'science', 'education', 'culture', 'health-and-care', 'sports']
const VILLAGE_CATEGORIES = ['health-and-care', 'science', 'culture'] as const
// Days after the beginning at which each level's teams are founded.
const SPECIAL_DAYS = [100, 150] as const
const FOUNDED = { corps: [38, 40], professional: [41, 55], branch: [42, 62], township: [12, 90], village: [10, 75] }
const LATER_TEAM_DAYS = 120

/** Draws invented people, each with a telephone number of the block that belongs to nobody. */
export interface PeopleSource {
  next(): PlannedPerson
}

/** Belongs to nobody; five digits follow. */
const PHONE_BLOCK = '139000'

export function peopleFrom(first: number, last: number, dice: Dice, words: LifeWords): PeopleSource {
  let at = first
  return {
    next() {
      if (at > last) throw new Error(`The block of invented telephone numbers ends at ${last}.`)
      const number = at++
      return { phone: PHONE_BLOCK + String(number).padStart(5, '0'), name: nameOf(number, dice, words) }
    },
  }
}

export function nameOf(number: number | string, dice: Dice, words: LifeWords): string {
  return dice.pick(words.surnames, 'surname', number) + dice.pick(words.given, 'given', number)
}

/** The three levels of teams: corps and branches, professional and township teams, and one or two for each station. */
export function planTeams(
  span: Span,
  dice: Dice,
  stations: readonly PlannedStation[],
  { life: words, volunteering }: Pick<SeedWords, 'life' | 'volunteering'>,
  people: PeopleSource,
): PlannedTeam[] {
  const scale = Math.min(1, spanDays(span) / 365)
  const townships = [...new Map(stations.map((one) => [one.township, one.townshipName]))]
  const teams: PlannedTeam[] = []
  const centre = `${stations[0]!.code.slice(0, 6)}000000`
  const add = (
    team: Omit<PlannedTeam, 'index' | 'foundedAt' | 'members' | 'family'>,
    days: readonly number[],
    size: number,
  ) => {
    const day = dice.whole(days[0]!, days[1]!, 'founded', team.key)
    const date = addDays(span.from, Math.max(1, Math.round(day * scale)))
    const foundedAt = slotFrom(timeOfDay(date, 'office', dice.roll('founding', team.key) * 0.9), dice)
    const members = Array.from({ length: size }, () => people.next())
    const family = volunteering.families.find((one) => team.key.startsWith(one.teams))?.slug ?? null
    teams.push({ ...team, index: teams.length, foundedAt, members, family })
  }
  const usual = { servesDistrict: false, visitsPerWeekMax: 40 } as const
  add(
    { ...usual, ...words.team.corps, key: 'corps', tier: 'corps', code: centre, categories: ['policy-talks'] },
    FOUNDED.corps,
    1,
  )
  for (const [at, given] of words.team.professional.entries()) {
    const own = { ...given, key: `professional ${given.categories[0]}`, tier: 'corps', code: centre } as const
    add({ ...usual, ...own, servesDistrict: true, visitsPerWeekMax: 80 }, FOUNDED.professional, 4 + (at % 2))
  }
  for (const [code, unit] of townships) {
    const names = { name: filled(words.team.branch.name, { unit }), nameEn: filled(words.team.branch.nameEn, { code }) }
    add(
      { ...usual, ...names, key: `branch ${code}`, tier: 'branch', code, categories: ['policy-talks'] },
      FOUNDED.branch,
      1,
    )
  }
  for (let at = 0; at < Math.round(TOWNSHIP_TEAMS * (townships.length / 18)); at++) {
    const [code, unit] = townships[at % townships.length]!
    const turn = Math.floor(at / townships.length)
    add({ ...usual, ...townshipTeam(code, unit, turn, words) }, FOUNDED.township, 3)
  }
  for (let at = 0; at < Math.round(VILLAGE_TEAMS * (stations.length / 423)); at++) {
    const station = stations[at % stations.length]!
    const turn = Math.floor(at / stations.length)
    const days = turn === 0 ? FOUNDED.village : FOUNDED.village.map((day) => day + LATER_TEAM_DAYS)
    add({ ...usual, ...villageTeam(station, turn, dice, words) }, days, turn === 0 ? 2 : 1)
  }
  for (const [at, given] of volunteering.special.entries())
    add(
      { ...usual, ...given, key: `special ${at}`, tier: 'corps', code: centre, servesDistrict: true },
      SPECIAL_DAYS,
      3,
    )
  return teams
}

/** When its first member asks the unit for it. */
export function appliesAt({ foundedAt }: Pick<PlannedTeam, 'foundedAt'>): number {
  return foundedAt - DAY
}

/** When each planned member registers: who asks for a team the day before it is founded, the others then. */
export function registeringTimes(teams: readonly PlannedTeam[]): number[] {
  return teams.flatMap((team) => team.members.map((_member, at) => (at === 0 ? appliesAt(team) : team.foundedAt)))
}

/** Two teams of a township together can do everything. */
function townshipTeam(code: string, unit: string, turn: number, { team }: LifeWords) {
  const what = { zh: team.township[turn % team.township.length]!, en: team.township_en[turn % team.township.length]! }
  const categories = turn % 2 === 0 ? CATEGORIES.slice(0, 4) : CATEGORIES.slice(3)
  return {
    key: `township ${code} ${turn}`,
    name: filled(team.villageName, { unit, what: what.zh }),
    nameEn: `${what.en} (${code})`,
    tier: 'branch',
    code,
    categories,
  } as const
}

function villageTeam(station: PlannedStation, turn: number, dice: Dice, { team }: LifeWords) {
  const more = dice.pick(CATEGORIES, 'village-category', station.code, turn)
  return {
    key: `village ${station.code} ${turn}`,
    name: filled(team.villageName, { unit: station.name, what: team.village[turn % team.village.length]! }),
    nameEn: `${team.village_en[turn % team.village.length]!} (${station.code})`,
    tier: 'squad',
    code: station.code,
    categories: [...new Set([...VILLAGE_CATEGORIES, more])],
  } as const
}
