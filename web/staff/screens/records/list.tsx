import { Button, Input } from 'antd'
import { useState } from 'react'
import { Link } from 'wouter'
import { lastMinute } from '../../../shared/dates.ts'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Page } from '../../parts/page.tsx'
import { Choose } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { usePages } from '../../parts/use-call.ts'
import { may, useMe } from '../../session.tsx'

const BOXES = ['open', 'notice', 'issued', 'ended'] as const
type Box = (typeof BOXES)[number]
const REFRESH_MILLISECONDS = 60_000

/** The register: requests, what is on notice, and what was issued, by the organisations I work for. */
export function CertificatesScreen() {
  const { t, named } = useWords()
  const { moment, zone } = useMoments()
  const [box, setBox] = useState<Box | ''>('open')
  const [q, setQ] = useState('')
  const query = { box: box === '' ? undefined : box, q: q === '' ? undefined : q }
  const list = usePages('listCertificates', { query }, { keep: true, refetchInterval: REFRESH_MILLISECONDS })
  return (
    <Page title={t('staff-records.menu')} lead={t('staff-records.lead')} actions={<Actions />}>
      <Filters box={box} onBox={setBox} onSearch={setQ} />
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={6}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('staff-records.none')}>{t('staff-records.none-next')}</Empty>
          ) : (
            <div className="sheet">
              <DataTable
                caption={t('staff-records.menu')}
                rows={rows}
                rowKey={({ id }) => id}
                more={list}
                columns={[
                  {
                    key: 'holder',
                    title: t('staff-records.holder'),
                    className: 'cell-title',
                    cell: (row) => (
                      <>
                        <Link href={`/certificates/${row.id}`} className="row-link">
                          {row.holderName}
                        </Link>
                        <span className="cell-sub">{row.serial ?? row.purpose}</span>
                      </>
                    ),
                  },
                  { key: 'unit', title: t('staff-records.unit'), cell: (row) => row.issuerName },
                  { key: 'state', title: t('staff-records.state'), cell: (row) => named('records.state', row.state) },
                  {
                    key: 'due',
                    title: t('staff-records.due'),
                    cell: (row) => (row.dueAt === null ? '–' : moment(lastMinute(row.dueAt, zone))),
                  },
                  {
                    key: 'requested',
                    title: t('staff-records.requested'),
                    cell: (row) => moment(row.requestedAt),
                  },
                ]}
              />
            </div>
          )
        }
      </ReadState>
    </Page>
  )
}

interface FiltersProps {
  readonly box: Box | ''
  readonly onBox: (box: Box | '') => void
  readonly onSearch: (q: string) => void
}

function Filters({ box, onBox, onSearch }: FiltersProps) {
  const { t } = useWords()
  return (
    <div className="filters" role="search" aria-label={t('staff-order.filters')}>
      <Choose
        label={t('staff-records.box')}
        value={box}
        onChange={(value) => onBox(BOXES.find((one) => one === value) ?? '')}
        empty={t('staff-records.box.all')}
        options={BOXES.map((value) => ({ value, text: t(`staff-records.box.${value}`) }))}
      />
      <Input.Search
        className="filter-wide"
        aria-label={t('staff-records.q')}
        placeholder={t('staff-records.q')}
        enterButton={t('staff-records.find')}
        maxLength={60}
        allowClear
        onSearch={(value) => onSearch(value.trim())}
      />
    </div>
  )
}

function Actions() {
  const { t } = useWords()
  const me = useMe()
  return (
    <>
      {may(me, 'records.handle') && (
        <Link href="/record-entries" asChild>
          <Button>{t('staff-records.to-entries')}</Button>
        </Link>
      )}
      <Link href="/seal" asChild>
        <Button>{t('staff-records.to-seal')}</Button>
      </Link>
    </>
  )
}
