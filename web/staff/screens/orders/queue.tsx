import { Button, Input } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'wouter'
import { orderStates } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { CategoryPicker, Choose, type Named, UnitPicker } from '../../parts/pickers.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { usePages, useRead } from '../../parts/use-call.ts'
import { OrderTable } from './order-table.tsx'

const REFRESH_MILLISECONDS = 60_000
const OPEN_STATES = orderStates.filter((state) => state !== 'closed').join(',')

/** The queue: every filter stands in the address, so that a list can be kept, sent and come back to. */
export function QueueScreen() {
  const { t } = useWords()
  const filters = useFilters()
  const { values } = filters
  const list = usePages(
    'listOrders',
    {
      query: {
        state: values.state === 'all' ? undefined : (values.state ?? OPEN_STATES),
        unitId: values.unitId,
        categoryId: values.categoryId,
        overdue: values.overdue === 'only' ? 'only' : undefined,
        q: values.q,
        sort: values.sort === 'placed' ? 'placed' : 'due',
      },
    },
    { keep: true, refetchInterval: REFRESH_MILLISECONDS },
  )
  return (
    <Page title={t('staff.menu.orders')} lead={t('staff-order.queue-lead')}>
      <FilterBar {...filters} />
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }} lines={8}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={filters.isFiltered ? t('staff-order.filter-empty') : t('staff-order.queue-empty')}>
              {filters.isFiltered && <Button onClick={filters.clear}>{t('staff-order.clear-filters')}</Button>}
            </Empty>
          ) : (
            <div className="sheet">
              <OrderTable caption={t('staff.menu.orders')} rows={rows} more={list} />
            </div>
          )
        }
      </ReadState>
    </Page>
  )
}

type FilterName = 'state' | 'unitId' | 'unitName' | 'categoryId' | 'overdue' | 'q' | 'sort'

interface Filters {
  readonly values: Readonly<Partial<Record<FilterName, string>>>
  readonly isFiltered: boolean
  readonly set: (changes: Partial<Record<FilterName, string>>) => void
  readonly clear: () => void
}

function useFilters(): Filters {
  const [search, setSearch] = useSearchParams()
  const values = Object.fromEntries(search) as Partial<Record<FilterName, string>>
  return {
    values,
    isFiltered: search.size > 0,
    set: (changes) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before)
          for (const [name, value] of Object.entries(changes)) {
            if (value === '') after.delete(name)
            else after.set(name, value)
          }
          return after
        },
        { replace: true },
      ),
    clear: () => setSearch({}, { replace: true }),
  }
}

function FilterBar({ values, set, clear, isFiltered }: Filters) {
  const { t, named } = useWords()
  const counts = useRead('countOrders', {})
  const countOf = (state: string) => {
    const count = counts.data?.states[state]
    return count === undefined ? '' : ` (${count})`
  }
  const [words, setWords] = useState(values.q ?? '')
  const unit: Named | null =
    values.unitId === undefined ? null : { id: values.unitId, name: values.unitName ?? t('staff-order.village') }
  return (
    <form
      className="filters"
      role="search"
      aria-label={t('staff-order.filters')}
      onSubmit={(event) => {
        event.preventDefault()
        set({ q: words.trim() })
      }}
    >
      <Input.Search
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onSearch={(searched) => set({ q: searched.trim() })}
        placeholder={t('staff-order.search-placeholder')}
        aria-label={t('staff-order.search')}
        maxLength={40}
        allowClear
        enterButton={t('staff.search')}
      />
      <Choose
        label={t('staff-order.state')}
        value={values.state ?? ''}
        empty={t('staff-order.all-open')}
        options={[
          ...orderStates.map((state) => ({ value: state, text: named('orders.state', state) + countOf(state) })),
          { value: 'all', text: t('staff-order.all-states') },
          ...(values.state?.includes(',') === true
            ? [{ value: values.state, text: values.state.split(',').map((state) => named('orders.state', state)).join(' · ') }]
            : []),
        ]}
        onChange={(state) => set({ state })}
      />
      <UnitPicker
        label={t('staff-order.village')}
        placeholder={t('staff-order.any-village')}
        value={unit}
        onChange={(chosen) => set({ unitId: chosen?.id ?? '', unitName: chosen?.name ?? '' })}
      />
      <CategoryPicker
        label={t('staff-order.category')}
        empty={t('staff-order.any-category')}
        value={values.categoryId ?? ''}
        onChange={(categoryId) => set({ categoryId })}
      />
      <Choose
        label={t('staff-order.sort')}
        value={values.sort ?? ''}
        empty={t('staff-order.sort-due')}
        options={[{ value: 'placed', text: t('staff-order.sort-placed') }]}
        onChange={(sort) => set({ sort })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={values.overdue === 'only'}
          onChange={(event) => set({ overdue: event.target.checked ? 'only' : '' })}
        />
        {t('staff-order.only-overdue')}
        {counts.data !== undefined && ` (${counts.data.overdue})`}
      </label>
      {isFiltered && (
        <Button
          type="link"
          onClick={() => {
            setWords('')
            clear()
          }}
        >
          {t('staff-order.clear-filters')}
        </Button>
      )}
    </form>
  )
}
