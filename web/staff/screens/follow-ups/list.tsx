import { Button } from 'antd'
import { useState } from 'react'
import { useWords } from '../../locale.tsx'
import { focusOnAppearing } from '../../parts/focus.ts'
import { Facts, Page } from '../../parts/page.tsx'
import { useDistance } from '../../parts/order-state.tsx'
import { useMoments, useNow } from '../../parts/moments.ts'
import { RevealContact } from '../../parts/reveal-contact.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { type RowOf, usePages } from '../../parts/use-call.ts'
import { CallForm } from './call-form.tsx'

type FollowUp = RowOf<'listFollowUps'>

/**
 * Calls to make. The sheet of a call says what was delivered and nothing of who served or dispatched, so that the caller
 * hears the requester and not the file.
 */
export function FollowUpsScreen() {
  const { t } = useWords()
  const list = usePages('listFollowUps', {})
  const [open, setOpen] = useState<string | null>(null)
  return (
    <Page title={t('staff.menu.follow-ups')} lead={t('staff-office.calls-lead')}>
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={6}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('staff-office.no-calls')}>{t('staff-office.no-calls-next')}</Empty>
          ) : (
            <>
              <ul className="cards">
                {rows.map((row) => (
                  <CallCard
                    key={row.id}
                    row={row}
                    isOpen={open === row.id}
                    onToggle={() => setOpen(open === row.id ? null : row.id)}
                  />
                ))}
              </ul>
              {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t('staff.show-more')}</Button>}
            </>
          )
        }
      </ReadState>
    </Page>
  )
}

interface CallCardProps {
  readonly row: FollowUp
  readonly isOpen: boolean
  readonly onToggle: () => void
}

function CallCard({ row, isOpen, onToggle }: CallCardProps) {
  const { t } = useWords()
  const { day, moment } = useMoments()
  const now = useNow()
  const away = useDistance()
  const isLate = Date.parse(row.dueAt) < now
  return (
    <li className="sheet card">
      <div className="card-head">
        <div>
          <h2>{row.title}</h2>
          <p className="cell-sub">
            <span className="number">{row.orderNumber}</span> · {row.unitName} · {t(`staff-office.kind.${row.kind}`)} ·{' '}
            {t('staff-office.attempts', { count: row.attempts })}
          </p>
        </div>
        <p className={isLate ? 'due due-late' : 'due'}>
          {isLate && (
            <span className="due-sign" aria-hidden="true">
              !
            </span>
          )}
          <span>
            <strong>{away(row.dueAt, now)}</strong>
            <time dateTime={row.dueAt}>{moment(row.dueAt)}</time>
          </span>
        </p>
      </div>
      {isOpen ? (
        <div className="call-sheet" role="group" aria-label={row.title} tabIndex={-1} ref={focusOnAppearing}>
          <div>
            <Facts
              facts={[
                { term: t('staff-order.delivered-at'), value: row.deliveredAt === null ? null : day(row.deliveredAt) },
                { term: t('staff-order.delivery-result'), value: row.deliveryResult },
              ]}
            />
            <RevealContact orderId={row.orderId} nameMasked={row.contactNameMasked} purpose="follow-up" />
            <p className="script">{t('staff-office.call-script')}</p>
          </div>
          <CallForm followUpId={row.id} onDone={onToggle} onCancel={onToggle} />
        </div>
      ) : (
        <div className="form-buttons">
          <Button type="primary" onClick={onToggle}>
            {t('staff-office.make-call')}
            <span className="visually-hidden"> {row.orderNumber}</span>
          </Button>
        </div>
      )}
    </li>
  )
}
