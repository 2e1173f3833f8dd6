import { readFile } from 'node:fs/promises'
import type { DistrictPlan, PlannedUnit } from '#modules/orgs/index.ts'
import type { DivisionExtract } from './divisions.ts'

export const YANQING = 110119

const SEED = new URL('../../db/seed/', import.meta.url)

interface SeedYear {
  readonly centre: { readonly foundedOn: string }
  readonly defaultValidFrom: string
  readonly ended: readonly { code12: string; name: string; validFrom: string; validUntil: string }[]
  readonly begun: readonly { code12: string; validFrom: string }[]
}

interface Coordinates {
  readonly townships: readonly { code12: string; latitude: number; longitude: number }[]
}

interface SeedAgency {
  readonly slug: string
  readonly name: { readonly zh: string; readonly en: string }
}

/** Reads a JSON file below db/seed. */
export async function readSeed<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(new URL(path, SEED), 'utf8')) as T
}

/** Yanqing as the official codes and their yearly editions know it, with the agencies that the seed names. */
export async function yanqingPlan(): Promise<DistrictPlan> {
  const [divisions, year, places, agencies] = await Promise.all([
    readSeed<DivisionExtract>('divisions/110119.json'),
    readSeed<SeedYear>('yanqing/seed-year.json'),
    readSeed<Coordinates>('yanqing/coordinates.json'),
    readSeed<SeedAgency[]>('yanqing/agencies.json'),
  ])
  const begun = new Map(year.begun.map((unit) => [unit.code12, unit.validFrom]))
  const centres = new Map(places.townships.map((place) => [place.code12, place]))
  return {
    ...planOf(divisions, year.centre.foundedOn),
    nameEn: 'Yanqing District',
    agencies: agencies.map((agency) => ({ slug: agency.slug, name: agency.name.zh, nameEn: agency.name.en })),
    townships: divisions.townships.map((township) => {
      const centre = centres.get(township.code12)
      return {
        code: township.code12,
        name: township.name,
        validFrom: year.defaultValidFrom,
        ...(centre !== undefined && { coordinates: { latitude: centre.latitude, longitude: centre.longitude } }),
        stations: [
          ...township.villages.map((village) => ({
            code: village.code12,
            name: village.name,
            validFrom: begun.get(village.code12) ?? year.defaultValidFrom,
          })),
          ...endedBelow(year, township.code12),
        ],
      }
    }),
  }
}

/** Any other county, from its official divisions alone. */
export function planOf(divisions: DivisionExtract, foundedOn: string): DistrictPlan {
  return {
    name: divisions.district.name,
    nameEn: `District ${divisions.district.code}`,
    foundedOn,
    host: null,
    agencies: [],
    townships: divisions.townships.map((township) => ({
      code: township.code12,
      name: township.name,
      validFrom: foundedOn,
      stations: township.villages.map((village) => ({
        code: village.code12,
        name: village.name,
        validFrom: foundedOn,
      })),
    })),
  }
}

function endedBelow(year: SeedYear, township: string): PlannedUnit[] {
  return year.ended
    .filter((unit) => unit.code12.startsWith(township.slice(0, 9)))
    .map((unit) => ({ code: unit.code12, name: unit.name, validFrom: unit.validFrom, validUntil: unit.validUntil }))
}
