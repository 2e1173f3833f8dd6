import { useWords } from '../locale.tsx'
import type { KeptMark } from './marks.ts'
import { keepMarks } from './store.ts'

interface MarkListProps {
  readonly marks: readonly KeptMark[]
  readonly time: (instant: string) => string
  readonly onChange: () => Promise<void>
}

/** Everything that this phone collected at the session; what was refused stands first, with its reason. */
export function MarkList({ marks, time, onChange }: MarkListProps) {
  const { t } = useWords()
  const rank = ({ state }: KeptMark) => (state === 'refused' ? 0 : 1)
  const rows = marks.toSorted((a, b) => rank(a) - rank(b))
  return (
    <section className="collect-part" aria-label={t('staff-collect.collected')}>
      <h2>{t('staff-collect.collected')}</h2>
      {rows.length === 0 ? (
        <p>{t('staff-collect.collected-none')}</p>
      ) : (
        <ul className="collect-list">
          {rows.map((mark) => (
            <MarkRow key={mark.id} mark={mark} time={time} onChange={onChange} />
          ))}
        </ul>
      )}
    </section>
  )
}

interface MarkRowProps {
  readonly mark: KeptMark
  readonly time: (instant: string) => string
  readonly onChange: () => Promise<void>
}

function MarkRow({ mark, time, onChange }: MarkRowProps) {
  const { t, named } = useWords()
  const again = async () => {
    await keepMarks([{ ...mark, state: 'waiting', outcome: null }])
    await onChange()
  }
  return (
    <li className={`collect-row collect-row-${mark.state}`}>
      <strong>{mark.name ?? t('staff-collect.unknown')}</strong>
      <span>
        {t(`staff-collect.did-${mark.direction}`, { time: time(mark.at) })}
        {mark.code === null && ` · ${t('staff-collect.without-pass')}`}
      </span>
      <span className="collect-row-state">
        {mark.state === 'refused'
          ? named('staff-collect.outcome', mark.outcome ?? '')
          : t(`staff-collect.state-${mark.state}`)}
      </span>
      {mark.state === 'refused' && (
        <button type="button" onClick={() => void again()}>
          {t('staff-collect.again')}
        </button>
      )}
    </li>
  )
}
