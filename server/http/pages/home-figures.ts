import type { FiguresProps } from '#contract/pages.ts'
import type { HttpHost } from '../host.ts'
import type { Visit } from './visit.ts'

/** What the home page shows of the district's counters; the page behind it counts anew each time. */
const SHOWN: readonly string[] = ['orders', 'people', 'offerings-orderable', 'stations']
const CACHE_SECONDS = 60

type Shown = FiguresProps['figures']
const known = new WeakMap<HttpHost, Map<number, { until: number; figures: Promise<Shown> }>>()

/** The same for every visitor, and so counted once a minute. */
export function homeFigures(visit: Visit): Promise<Shown> {
  const { host } = visit
  const { districtId } = visit.caller.actor
  const districts = known.get(host) ?? new Map<number, { until: number; figures: Promise<Shown> }>()
  known.set(host, districts)
  const found = districts.get(districtId)
  if (found !== undefined && found.until > performance.now()) return found.figures
  const figures = visit.call('readFigures').then((all) => all.figures.filter(({ figure }) => SHOWN.includes(figure)))
  districts.set(districtId, { until: performance.now() + CACHE_SECONDS * 1000, figures })
  // What could not be counted is asked for again by the next visitor.
  figures.catch(() => districts.delete(districtId))
  return figures
}
