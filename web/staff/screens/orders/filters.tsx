import { Button, Input } from 'antd'
import { useState } from 'react'
import { useSearchParams } from 'wouter'
import { orderStates } from '../../../../contract/order-shapes.ts'
import { useWords } from '../../locale.tsx'
import { CategoryPicker, Choose, type Named, UnitPicker } from '../../parts/pickers.tsx'
import { useRead } from '../../parts/use-call.ts'

type FilterName = 'state' | 'unitId' | 'unitName' | 'categoryId' | 'overdue' | 'q' | 'sort'

interface Filters {
  readonly values: Readonly<Partial<Record<FilterName, string>>>
  readonly isFiltered: boolean
  readonly set: (changes: Partial<Record<FilterName, string>>) => void
  readonly clear: () => void
}

/** Filters live in the address. */
export function useFilters(): Filters {
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

export function FilterBar({ values, set, clear, isFiltered }: Filters) {
  const { t } = useWords()
  const counts = useRead('countOrders', {})
  const [words, setWords] = useState(values.q ?? '')
  const unit: Named | null =
    values.unitId === undefined ? null : { id: values.unitId, name: values.unitName ?? t('staff-order.village') }
  return (
    <div className="filters" role="search" aria-label={t('staff-order.filters')}>
      <Input.Search
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onSearch={(searched) => set({ q: searched.trim() })}
        placeholder={t('staff-order.search-placeholder')}
        aria-label={t('staff-order.search')}
        maxLength={40}
        enterButton={t('staff.search')}
      />
      <StateFilter state={values.state} counts={counts.data?.states} onChange={(state) => set({ state })} />
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
          onClick={() => {
            setWords('')
            clear()
          }}
        >
          {t('staff-order.clear-filters')}
        </Button>
      )}
    </div>
  )
}

interface StateFilterProps {
  /** One state, several with commas between, 'all', or none for all that are open. */
  readonly state: string | undefined
  readonly counts: Readonly<Record<string, number>> | undefined
  readonly onChange: (state: string) => void
}

function StateFilter({ state, counts, onChange }: StateFilterProps) {
  const { t, named } = useWords()
  const textOf = (name: string) => {
    const count = counts?.[name]
    return named('orders.state', name) + (count === undefined ? '' : ` (${count})`)
  }
  const several = state?.includes(',') === true ? [state] : []
  const options = [
    ...orderStates.map((name) => ({ value: name, text: textOf(name) })),
    { value: 'all', text: t('staff-order.all-states') },
    ...several.map((names) => ({ value: names, text: names.split(',').map(textOf).join(' · ') })),
  ]
  return (
    <Choose
      label={t('staff-order.state')}
      value={state ?? ''}
      empty={t('staff-order.all-open')}
      options={options}
      onChange={onChange}
    />
  )
}
