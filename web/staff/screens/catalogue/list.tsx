import { Input } from 'antd'
import { useState } from 'react'
import { Link } from 'wouter'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Page } from '../../parts/page.tsx'
import { CategoryPicker, nameIn, useCategories } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { type RowOf, usePages } from '../../parts/use-call.ts'
import { keepsCategories, useMe } from '../../session.tsx'
import { Categories } from './categories.tsx'
import { Freshness } from './freshness.tsx'

/** The catalogue as its editors see it, with what is hidden and what must be confirmed. */
export function CatalogueScreen() {
  const { t } = useWords()
  const me = useMe()
  const [words, setWords] = useState('')
  const [q, setQ] = useState('')
  const [categoryId, setCategoryId] = useState('')
  const categories = useCategories()
  const category = categories.data?.rows.find(({ id }) => id === categoryId)?.slug
  const list = usePages('listOfferings', { query: { q, category, hidden: 'include' } }, { keep: true })
  return (
    <Page
      title={t('staff.menu.catalogue')}
      lead={t('staff-office.catalogue-lead')}
      actions={
        <Link href="/catalogue/new" className="button button-primary">
          {t('staff-office.new-offering')}
        </Link>
      }
    >
      <div className="filters" role="search" aria-label={t('staff-order.filters')}>
        <Input.Search
          value={words}
          aria-label={t('staff.search')}
          placeholder={t('staff.offering-placeholder')}
          enterButton={t('staff.search')}
          maxLength={40}
          onChange={(event) => setWords(event.target.value)}
          onSearch={(searched) => setQ(searched.trim())}
        />
        <CategoryPicker
          label={t('staff-order.category')}
          empty={t('staff-order.any-category')}
          value={categoryId}
          onChange={setCategoryId}
        />
      </div>
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={8}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('staff-office.no-offerings')}>
              <Link href="/catalogue/new">{t('staff-office.new-offering')}</Link>
            </Empty>
          ) : (
            <div className="sheet">
              <OfferingTable rows={rows} more={list} />
            </div>
          )
        }
      </ReadState>
      {keepsCategories(me) && <Categories />}
    </Page>
  )
}

interface OfferingTableProps {
  readonly rows: readonly RowOf<'listOfferings'>[]
  readonly more: Parameters<typeof DataTable>[0]['more']
}

function OfferingTable({ rows, more }: OfferingTableProps) {
  const { t, locale } = useWords()
  const { day } = useMoments()
  return (
    <DataTable
      caption={t('staff.menu.catalogue')}
      rows={rows}
      rowKey={({ id }) => id}
      {...(more !== undefined && { more })}
      columns={[
        {
          key: 'title',
          title: t('staff-entry.offering'),
          className: 'cell-title',
          cell: (row) => (
            <>
              <Link href={`/catalogue/${row.id}`} className="row-link">
                {locale === 'en' ? (row.titleEn ?? row.title) : row.title}
              </Link>
              <span className="cell-sub">{nameIn(locale, row.category)}</span>
            </>
          ),
        },
        { key: 'provider', title: t('staff-order.provider'), cell: (row) => nameIn(locale, row.provider) },
        {
          key: 'quota',
          title: t('staff-office.quota'),
          cell: (row) => (
            <span className="number">
              {row.monthlyQuota === null ? t('staff-office.no-quota') : `${row.takenThisMonth} / ${row.monthlyQuota}`}
            </span>
          ),
        },
        { key: 'fresh', title: t('staff-office.freshness'), cell: (row) => <Freshness offering={row} /> },
        { key: 'until', title: t('staff-office.fresh-until'), cell: (row) => day(row.freshUntil) },
      ]}
    />
  )
}
