import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Section } from '../../parts/page.tsx'
import type { Outing } from './board.tsx'
import type { Visit } from './plan-answer.ts'

const WIDTH = 720
const HEIGHT = 420
const MARGIN = 28
/** Half a mark: marks that would cover each other are moved apart. */
const MARK = { x: 17, y: 11 } as const
const PASSES = 40

interface Point {
  readonly x: number
  readonly y: number
  readonly visit: Visit
}

/** Where the visits of a day lie, joined in the order in which they are made. */
export function SchematicMap({ outings, day }: { readonly outings: readonly Outing[]; readonly day: string }) {
  const { t } = useWords()
  const moments = useMoments()
  const points = placed(outings.flatMap(({ visits }) => visits))
  if (points.length === 0) return null
  const label = t('staff-plan.map-label', { day: moments.nearDay(day), count: points.length })
  return (
    <Section title={t('staff-plan.map')}>
      <p className="sheet-lead">{t('staff-plan.map-help')}</p>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={label}>
        <svg className="plan-map" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
          {outings.map((outing) => (
            <Line key={outing.teamDay} outing={outing} points={points} />
          ))}
        </svg>
      </div>
    </Section>
  )
}

function Line({ outing, points }: { readonly outing: Outing; readonly points: readonly Point[] }) {
  const line = outing.visits.flatMap((visit, index) =>
    points.filter((point) => point.visit === visit).map((point) => ({ ...point, step: index + 1 })),
  )
  return (
    <g style={{ color: outing.color }}>
      <polyline points={line.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {line.map(({ x, y, visit, step }) => (
        <g key={visit.orderId}>
          <rect x={x - MARK.x + 1} y={y - MARK.y + 1} width={2 * MARK.x - 2} height={2 * MARK.y - 2} rx={MARK.y - 1} />
          <text x={x} y={y + 4}>
            {outing.sign}
            {step}
          </text>
          <title>{`${visit.providerName}: ${visit.title}, ${visit.unitName}`}</title>
        </g>
      ))}
    </g>
  )
}

function placed(visits: readonly Visit[]): Point[] {
  const located = visits.flatMap((visit) =>
    visit.latitude === null || visit.longitude === null ? [] : [{ visit, lat: visit.latitude, lon: visit.longitude }],
  )
  if (located.length === 0) return []
  const lats = located.map((one) => one.lat)
  const lons = located.map((one) => one.lon)
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)]
  // One scale for both directions, so that distances compare; a degree of longitude is shorter up here.
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const span = Math.max((east - west) * shrink, (north - south) * (WIDTH / HEIGHT), 0.02)
  const scale = (WIDTH - 2 * MARGIN) / span
  return apart(
    located.map(({ visit, lat, lon }) => ({
      visit,
      x: WIDTH / 2 + (lon - (west + east) / 2) * shrink * scale,
      y: HEIGHT / 2 - (lat - (south + north) / 2) * scale,
    })),
  )
}

/** Moves marks that cover each other up and down, a little at a time, so that each can be read. */
function apart(points: readonly Point[]): Point[] {
  const moved = points.map((point) => ({ ...point }))
  for (let pass = 0; pass < PASSES; pass++)
    for (const [index, one] of moved.entries())
      for (const other of moved.slice(index + 1)) {
        const covered = 2 * MARK.y - Math.abs(other.y - one.y)
        if (covered <= 0 || Math.abs(other.x - one.x) >= 2 * MARK.x) continue
        const step = (other.y < one.y ? -1 : 1) * (covered / 2)
        one.y = inside(one.y - step)
        other.y = inside(other.y + step)
      }
  return moved
}

function inside(y: number): number {
  return Math.min(HEIGHT - MARK.y, Math.max(MARK.y, y))
}
