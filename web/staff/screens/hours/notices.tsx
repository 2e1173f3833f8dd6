import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Empty, ReadState } from '../../parts/states.tsx'
import { usePages } from '../../parts/use-call.ts'
import { useDuration } from './parts.tsx'

/** What is posted now; names are masked, as on the board at the station. */
export function Notices() {
  const { t, named } = useWords()
  const { day, moment } = useMoments()
  const duration = useDuration()
  const list = usePages('listHoursNotices', {})
  return (
    <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={6}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty title={t('hours.desk.no-notices')}>{t('hours.desk.no-notices-next')}</Empty>
        ) : (
          <div className="sheet">
            <DataTable
              caption={t('hours.desk.notices')}
              rowKey={(row) => row.id}
              rows={rows}
              more={list}
              columns={[
                { key: 'person', title: t('hours.desk.person'), className: 'cell-title', cell: (row) => row.person },
                { key: 'day', title: t('hours.mine.day'), cell: (row) => day(row.day) },
                { key: 'minutes', title: t('hours.mine.minutes'), cell: (row) => duration(row.minutes) },
                { key: 'title', title: t('hours.mine.what'), cell: (row) => row.title },
                { key: 'class', title: t('hours.mine.known'), cell: (row) => named('hours.class', row.class) },
                { key: 'due', title: t('hours.desk.posted-until'), cell: (row) => moment(row.dueAt) },
              ]}
            />
          </div>
        )
      }
    </ReadState>
  )
}
