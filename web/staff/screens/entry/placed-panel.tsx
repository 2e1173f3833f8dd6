import { Button } from 'antd'
import { Link } from 'wouter'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Took } from './took.tsx'
import type { Effort } from './use-effort.ts'

interface PlacedPanelProps {
  readonly placed: AnswerOf<'placeAssistedOrder'>
  readonly effort: Effort
  readonly onNext: () => void
  readonly next: string
}

/** What to tell the caller last: the number, who looks after it and until when. */
export function PlacedPanel({ placed, effort, onNext, next }: PlacedPanelProps) {
  const { t } = useWords()
  const { moment } = useMoments()
  return (
    <section className="sheet placed" role="status">
      <p className="placed-title">{t('staff-entry.placed')}</p>
      <p className="placed-number">{placed.number}</p>
      <p>{t('staff-entry.placed-promise', { unit: placed.responsibleUnit.name, moment: moment(placed.dueAt) })}</p>
      <Took effort={effort} />
      <div className="form-buttons">
        <Button type="primary" onClick={onNext} autoFocus>
          {next}
        </Button>
        <Link href={`/orders/${placed.id}`} className="button">
          {t('staff-order.to-order')}
        </Link>
      </div>
    </section>
  )
}
