import { loadPublicHolidays } from '#platform/district-calendar.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { estimateVillageCoordinates } from './estimate-coordinates.ts'
import type { NewUnit } from './unit.ts'
import { insertDistrict, insertUnits } from './unit-rows.ts'

/** The official divisions of one county and what is known of their history. */
export interface DistrictPlan {
  readonly name: string
  readonly nameEn: string
  readonly foundedOn: string
  readonly host: string | null
  readonly townships: readonly PlannedUnit[]
  readonly agencies: readonly { readonly slug: string; readonly name: string; readonly nameEn: string }[]
}

export interface PlannedUnit {
  readonly code: string
  readonly name: string
  readonly validFrom: string
  readonly validUntil?: string
  readonly coordinates?: { readonly latitude: number; readonly longitude: number }
  readonly stations?: readonly PlannedUnit[]
}

const COORDINATE_SOURCE = 'township seat from general knowledge, village scattered around it'

/**
 * Sets a district up: its centre, an institute for each township, a station for each village and community, its agencies
 * and the public holidays of the years around today.
 * @returns the years whose holidays are not published yet
 */
export async function setUpDistrict(
  work: Work,
  plan: DistrictPlan,
): Promise<{ centreId: string; missingHolidayYears: number[] }> {
  const id = () => newUuid7(work.now)
  await insertDistrict(work.tx, plan)
  const centre: NewUnit = {
    id: id(),
    kind: 'centre',
    parentId: null,
    code: `${work.tx.districtId}000000`,
    name: plan.name,
    nameEn: plan.nameEn,
    validFrom: plan.foundedOn,
  }
  const agencies = plan.agencies.map((agency): NewUnit => ({
    ...agency,
    id: id(),
    kind: 'agency',
    parentId: centre.id,
    code: null,
    validFrom: plan.foundedOn,
  }))
  const institutes = plan.townships.map((township) => ({
    township,
    unit: unitOf('institute', township, id(), centre.id, township.coordinates),
  }))
  const stations = institutes.flatMap(({ township, unit }) =>
    (township.stations ?? []).map((station, index, all) =>
      unitOf(
        'station',
        station,
        id(),
        unit.id,
        township.coordinates && estimateVillageCoordinates(township.coordinates, index, all.length),
      ),
    ),
  )
  await insertUnits(work.tx, [centre])
  await insertUnits(work.tx, [...institutes.map(({ unit }) => unit), ...agencies])
  await insertUnits(work.tx, stations)
  const year = work.now.getUTCFullYear()
  const years = Array.from({ length: year + 2 - 2018 }, (_, i) => 2018 + i)
  const missingHolidayYears = await loadPublicHolidays(work.tx, years)
  work.audit({
    action: 'orgs.set-up-district',
    subject: { kind: 'unit', id: centre.id },
    details: { stations: stations.length },
  })
  return { centreId: centre.id, missingHolidayYears }
}

function unitOf(
  kind: 'institute' | 'station',
  planned: PlannedUnit,
  id: string,
  parentId: string,
  coordinates: { latitude: number; longitude: number } | undefined,
): NewUnit {
  return {
    id,
    kind,
    parentId,
    code: planned.code,
    name: planned.name,
    validFrom: planned.validFrom,
    ...(planned.validUntil !== undefined && { validUntil: planned.validUntil }),
    ...(coordinates !== undefined && {
      latitude: coordinates.latitude,
      longitude: coordinates.longitude,
      coordinateQuality: 'estimated',
      coordinateSource: COORDINATE_SOURCE,
    }),
  }
}
