import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Section } from '../../parts/page.tsx'
import { teamDayOf } from './board.tsx'
import type { Visit } from './plan-answer.ts'

const WIDTH = 720
const HEIGHT = 420
const MARGIN = 28
/** As many hues as are told apart; lines repeat them, and the board says who is who. */
const HUES = [12, 205, 145, 42, 275, 325, 95, 180] as const

interface Point {
  readonly x: number
  readonly y: number
  readonly visit: Visit
}

/** Where the visits of a day lie, joined in the order in which they are made. */
export function SchematicMap({ visits, day }: { readonly visits: readonly Visit[]; readonly day: string }) {
  const { t } = useWords()
  const moments = useMoments()
  const points = placed(visits)
  if (points.length === 0) return null
  const lines = [...Map.groupBy(points, ({ visit }) => teamDayOf(visit)).values()]
  return (
    <Section title={t('staff-plan.map')}>
      <p className="sheet-lead">{t('staff-plan.map-help')}</p>
      <svg
        className="plan-map"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t('staff-plan.map-label', { day: moments.day(day), count: points.length })}
      >
        {lines.map((line, i) => (
          <g key={teamDayOf(line[0]!.visit)} style={{ color: `hsl(${HUES[i % HUES.length]} 60% 35%)` }}>
            <polyline points={line.map(({ x, y }) => `${x},${y}`).join(' ')} />
            {line.map(({ x, y, visit }, step) => (
              <g key={visit.orderId}>
                <circle cx={x} cy={y} r={11} />
                <text x={x} y={y + 4}>
                  {step + 1}
                </text>
                <title>{`${visit.providerName}: ${visit.title}, ${visit.unitName}`}</title>
              </g>
            ))}
          </g>
        ))}
      </svg>
    </Section>
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
  return located.map(({ visit, lat, lon }) => ({
    visit,
    x: WIDTH / 2 + (lon - (west + east) / 2) * shrink * scale,
    y: HEIGHT / 2 - (lat - (south + north) / 2) * scale,
  }))
}
