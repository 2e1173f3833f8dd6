export type UnitKind = 'centre' | 'institute' | 'station' | 'agency'
export type CoordinateQuality = 'surveyed' | 'geocoded' | 'estimated'

/** A unit as it stands on one date. */
export interface Unit {
  readonly id: string
  readonly kind: UnitKind
  readonly code: string | null
  readonly name: string
  readonly nameEn: string | null
  readonly parentId: string | null
  readonly slug: string | null
  readonly isPlaceholder: boolean
  readonly phone: string | null
  readonly latitude: number | null
  readonly longitude: number | null
  readonly coordinateQuality: CoordinateQuality | null
}

export interface UnitPeriod {
  readonly code: string | null
  readonly name: string
  readonly validFrom: string
  readonly validUntil: string | null
}

export interface NewUnit {
  readonly id: string
  readonly kind: UnitKind
  readonly parentId: string | null
  readonly slug?: string
  readonly code: string | null
  readonly name: string
  readonly nameEn?: string
  readonly validFrom: string
  readonly validUntil?: string
  readonly latitude?: number
  readonly longitude?: number
  readonly coordinateQuality?: CoordinateQuality
  readonly coordinateSource?: string
  readonly phone?: string
}
