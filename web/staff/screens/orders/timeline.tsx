import { useWords } from '../../locale.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Section } from '../../parts/page.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useRead } from '../../parts/use-call.ts'

/** Every move with who, when and why, newest first. */
export function Timeline({ orderId }: { readonly orderId: string }) {
  const { t, named } = useWords()
  const { moment } = useMoments()
  const timeline = useRead('readTimeline', { params: { id: orderId } })
  const reasonOf = (code: string) => {
    const prefixes = [
      'orders.decline',
      'orders.return',
      'orders.pause',
      'orders.exit',
      'orders.outcome',
      'orders.closed',
    ]
    const text = prefixes.map((prefix) => named(prefix, code)).find((found) => found !== code)
    return text ?? code
  }
  return (
    <Section title={t('staff-order.timeline')}>
      <ReadState read={timeline}>
        {({ rows }) => (
          <ol className="timeline">
            {rows
              .toSorted((a, b) => b.at.localeCompare(a.at))
              .map((step) => (
                <li key={step.id}>
                  <p>
                    <strong>{named('orders.move', step.move)}</strong> → {named('orders.state', step.toState)}
                  </p>
                  {(step.reason ?? step.reasonCode) !== null && (
                    <p>
                      {[step.reasonCode === null ? null : reasonOf(step.reasonCode), step.reason]
                        .filter(Boolean)
                        .join(' · ')}
                    </p>
                  )}
                  <p className="cell-sub">
                    <time dateTime={step.at}>{moment(step.at)}</time> · {step.by} ·{' '}
                    {t('staff-order.responsible-is', { unit: step.responsibleUnitName })}
                  </p>
                </li>
              ))}
          </ol>
        )}
      </ReadState>
    </Section>
  )
}
