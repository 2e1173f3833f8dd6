import type { CountyOptions } from '../../server/dispatch/county.ts'
import type { Family } from '../../server/dispatch/index.ts'

/** A generated county week or month, the seconds it gets and the gap it must reach. */
export interface CountyCase {
  readonly name: string
  readonly options: Omit<CountyOptions, 'seed'>
  readonly seconds: number
  readonly gapMax: number
}

/** A whole county's month: runs only when named, one seed after the other. */
export const COUNTY_MONTH: CountyCase = {
  name: 'county-month',
  options: { orders: 6250, days: 30 },
  seconds: 150,
  gapMax: 0.05,
}

/**
 * Two thirds of the team-days are on leave and the others help out in wider areas: twenty eligible team-days an order in the mean, and
 * not enough of them for all.
 */
const TIGHT = { orders: 1500, days: 7, leaveShare: 0.67, areaScale: 3.6 } as const
const CLINICS = 20

export const COUNTY_CASES: readonly CountyCase[] = [
  { name: 'week500', options: { orders: 500, days: 7 }, seconds: 10, gapMax: 0.005 },
  { name: 'week1000', options: { orders: 1000, days: 7 }, seconds: 30, gapMax: 0.01 },
  { name: 'month2000', options: { orders: 2000, days: 30 }, seconds: 30, gapMax: 0.01 },
  { name: 'week1500-tight', options: TIGHT, seconds: 30, gapMax: 0.035 },
  { name: 'week500-clinics', options: { orders: 500, days: 7, clinicTeams: CLINICS }, seconds: 30, gapMax: 0.015 },
]

/** A public instance with its best known cost. */
export interface PublicCase {
  readonly name: string
  readonly family: Family
  /** Below the folder of shared data, or a path of its own. */
  readonly file: string
  readonly best: number
  readonly seconds: number
  readonly gapMax: number
}

const solomon = (name: string, best: number): PublicCase => ({
  name,
  family: 'solomon',
  file: `solomon/${name}.txt`,
  best,
  seconds: 10,
  gapMax: 0.03,
})

// Best known: Pillac's table (one decimal, truncated), PyVRP/Instances, iolab-uniud/hhcrsp, Pillac et al. 2013.
export const PUBLIC_CASES: readonly PublicCase[] = [
  solomon('C101', 827.3),
  solomon('R101', 1637.7),
  solomon('R112', 948.6),
  solomon('RC101', 1619.8),
  { name: 'PR01', family: 'sdvrptw', file: 'sdvrptw/PR01.vrp', best: 1_655_420, seconds: 20, gapMax: 0.01 },
  { name: 'PR02', family: 'sdvrptw', file: 'sdvrptw/PR02.vrp', best: 2_904_130, seconds: 20, gapMax: 0.01 },
  {
    name: 'HHCRSP 10_1',
    family: 'hhcrsp',
    file: 'hhcrsp/InstanzCPLEX_HCSRP_10_1.json',
    best: 218.199,
    seconds: 10,
    gapMax: 0.01,
  },
  {
    name: 'HHCRSP 25_1',
    family: 'hhcrsp',
    file: 'hhcrsp/InstanzCPLEX_HCSRP_25_1.json',
    best: 428.097,
    seconds: 20,
    gapMax: 0.01,
  },
  {
    name: 'TRSP R101',
    family: 'trsp',
    file: 'trsp/R101.100_25-5-5-5.txt',
    best: 3134.863,
    seconds: 60,
    gapMax: 0.03,
  },
]
