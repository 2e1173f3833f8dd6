import { Button, Input } from 'antd'
import { type ClipboardEvent, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { type targetGroups as groups, targetGroups } from '../../../../contract/catalogue.ts'
import type { Problem } from '../../../../contract/kit.ts'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { focusOnAppearing } from '../../parts/focus.ts'
import { type TimeWindow, WindowPicker } from '../../parts/moment-input.tsx'
import { useMoments } from '../../parts/moments.ts'
import { Page, Section } from '../../parts/page.tsx'
import { useWarnBeforeLeaving } from '../../parts/use-warn-before-leaving.ts'
import { Choose, nameIn, type Named, UnitPicker, useCategories } from '../../parts/pickers.tsx'
import { useForget, useIntent } from '../../parts/use-call.ts'
import { useMe } from '../../session.tsx'
import { BatchTable } from './batch-table.tsx'
import {
  BATCH_FIELDS,
  BATCH_ROWS_MAX,
  type BatchField,
  type BatchRow,
  cellAtFault,
  emptyCells,
  emptyRow,
  isEmptyRow,
  orderOf,
  rowsFrom,
} from './batch-rows.ts'
import { emptyEntry } from './entry-values.ts'
import { SimilarProblem } from './similar-problem.tsx'

const ROWS_AT_FIRST = 3

/** A station orders for its village: many rows, placed all together or not at all. */
export function BatchScreen() {
  const { t } = useWords()
  const [placed, setPlaced] = useState<AnswerOf<'placeOrderBatch'>['orders']>()
  return (
    <Page title={t('staff.menu.batch')} lead={t('staff-entry.batch-lead')}>
      {placed === undefined ? (
        <BatchForm onPlaced={setPlaced} />
      ) : (
        <PlacedBatch orders={placed} onNext={() => setPlaced(undefined)} />
      )}
    </Page>
  )
}

function BatchForm({ onPlaced }: { readonly onPlaced: (orders: AnswerOf<'placeOrderBatch'>['orders']) => void }) {
  const { t } = useWords()
  const me = useMe()
  const [shared, setShared] = useState<Shared>(() => ({
    unit: emptyEntry(me).unitId,
    group: 'all',
    window: { from: null, until: null },
  }))
  const [rows, setRows] = useState<readonly BatchRow[]>(() => Array.from({ length: ROWS_AT_FIRST }, () => emptyRow()))
  const forgetRoutes = useForget()
  const intent = useIntent('placeOrderBatch', async (answer) => {
    await forgetRoutes('listOrders', 'countOrders')
    onPlaced(answer.orders)
  })
  const filled = rows.filter((row) => !isEmptyRow(row))
  useWarnBeforeLeaving(filled.length > 0)
  const [tries, setTries] = useState(0)
  const unitMissing = tries > 0 && shared.unit === null
  const missing = tries > 0 ? emptyCells(rows) : []
  const send = (anyway: boolean) => {
    const { unit, group, window } = shared
    setTries(tries + 1)
    setRows(filled)
    if (unit === null || filled.length === 0 || emptyCells(filled).length > 0) return
    const context = { unitId: unit.id, targetGroup: group, windowFrom: window.from, windowUntil: window.until }
    const orders = filled.map((row) => orderOf(row, context))
    void intent.run({ body: { orders, ...(anyway && { placeAnyway: true }) } })
  }
  const faults = new Map([
    ...faultsByCell(intent.problem?.errors ?? []),
    ...missing.map((cell) => [cell, t('validation.required')] as const),
  ])
  const form = useFocusOnFault(tries, intent.problem)
  const problem = useRowsNamed(intent.problem)
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        send(false)
      }}
    >
      <SharedFields shared={shared} setShared={setShared} unitMissing={unitMissing} />
      <Section title={t('staff-entry.batch-rows', { count: filled.length })}>
        <PasteBox rows={rows} setRows={setRows} />
        <BatchTable rows={rows} setRows={setRows} faults={faults} />
        <SimilarProblem
          problem={problem}
          action={
            <Button size="small" onClick={() => send(true)}>
              {t('staff-entry.place-anyway')}
            </Button>
          }
        />
        <div className="form-buttons">
          <Button onClick={() => setRows([...rows, emptyRow()])} disabled={rows.length >= BATCH_ROWS_MAX}>
            {t('staff-entry.add-row')}
          </Button>
          <Button type="primary" htmlType="submit" loading={intent.pending} disabled={filled.length === 0}>
            {t('staff-entry.place-batch', { count: filled.length })}
          </Button>
        </div>
      </Section>
    </form>
  )
}

/** After a try that failed the focus goes to the first thing to mend. */
function useFocusOnFault(tries: number, problem: Problem | null) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [tries, problem])
  return form
}

/** What all rows of a batch have in common. */
interface Shared {
  readonly unit: Named | null
  readonly group: (typeof groups)[number]
  readonly window: TimeWindow
}

interface SharedFieldsProps {
  readonly shared: Shared
  readonly setShared: (shared: Shared) => void
  readonly unitMissing: boolean
}

function SharedFields({ shared, setShared, unitMissing }: SharedFieldsProps) {
  const { t, named } = useWords()
  return (
    <Section title={t('staff-entry.batch-shared')}>
      <div className="field-row">
        <label className="labelled">
          <span>{t('staff-order.village')}</span>
          <UnitPicker
            kind="station"
            value={shared.unit}
            aria-invalid={unitMissing}
            onChange={(unit) => setShared({ ...shared, unit })}
          />
          {unitMissing && (
            <span role="alert" className="field-fault">
              {t('validation.required')}
            </span>
          )}
        </label>
        <label className="labelled">
          <span>{t('staff-order.target-group')}</span>
          <Choose
            value={shared.group}
            options={targetGroups.map((group) => ({ value: group, text: named('catalogue.target', group) }))}
            onChange={(chosen) =>
              setShared({ ...shared, group: targetGroups.find((group) => group === chosen) ?? 'all' })
            }
          />
        </label>
      </div>
      <div className="labelled">
        <span>{t('staff-order.wished-time')}</span>
        <WindowPicker value={shared.window} onChange={(window) => setShared({ ...shared, window })} />
      </div>
    </Section>
  )
}

/** Faults by row and field, as `2 contactPhone`. */
function faultsByCell(
  errors: readonly { readonly field: string; readonly message: string }[],
): ReadonlyMap<string, string> {
  const faults = new Map<string, string>()
  for (const { field, message } of errors) {
    const cell = cellAtFault(field)
    if (cell !== undefined) faults.set(`${cell.row} ${cell.field}`, message)
  }
  return faults
}

/** The same problem with the row and the column before each of its faults. */
function useRowsNamed(problem: Problem | null): Problem | null {
  const { t } = useWords()
  if (problem?.errors === undefined) return problem
  const errors = problem.errors.map((fault) => {
    const cell = cellAtFault(fault.field)
    if (cell === undefined) return fault
    const column = t(`staff-entry.column.${cell.field}`)
    return { ...fault, message: t('staff-entry.row-fault', { row: cell.row + 1, column, message: fault.message }) }
  })
  return { ...problem, errors }
}

interface PasteBoxProps {
  readonly rows: readonly BatchRow[]
  readonly setRows: (rows: readonly BatchRow[]) => void
}

/** Takes a copied table: columns as below, or with a first line that names them. */
function PasteBox({ rows, setRows }: PasteBoxProps) {
  const { t, locale } = useWords()
  const categories = useCategories()
  const [unknown, setUnknown] = useState<readonly string[]>([])
  const paste = async (event: ClipboardEvent) => {
    event.preventDefault()
    const text = event.clipboardData.getData('text/plain')
    const known = (categories.data ?? (await categories.refetch()).data)?.rows ?? []
    const idOf = (name: string) =>
      known.find((row) => [row.id, row.slug, row.name, row.nameEn].includes(name))?.id ??
      known.find((row) => name !== '' && nameIn(locale, row).includes(name))?.id
    const pasted = rowsFrom(text, (field: BatchField) => [field, t(`staff-entry.column.${field}`)])
    const kept = rows.filter((row) => !isEmptyRow(row))
    setUnknown([...new Set(pasted.map(({ category }) => category))].filter((name) => name !== '' && !idOf(name)))
    setRows(
      [...kept, ...pasted.map((row) => ({ ...row, category: idOf(row.category) ?? '' }))].slice(0, BATCH_ROWS_MAX),
    )
  }
  return (
    <div className="paste">
      <Input.TextArea
        value=""
        aria-label={t('staff-entry.paste')}
        placeholder={t('staff-entry.paste-here', {
          columns: BATCH_FIELDS.map((field) => t(`staff-entry.column.${field}`)).join(' | '),
        })}
        autoSize={{ minRows: 2, maxRows: 6 }}
        onPaste={(event) => void paste(event)}
      />
      {unknown.length > 0 && (
        <p role="status" className="field-fault">
          {t('staff-entry.unknown-categories', { names: unknown.join(t('staff.comma')) })}
        </p>
      )}
    </div>
  )
}

interface PlacedBatchProps {
  readonly orders: AnswerOf<'placeOrderBatch'>['orders']
  readonly onNext: () => void
}

function PlacedBatch({ orders, onNext }: PlacedBatchProps) {
  const { t } = useWords()
  const { moment } = useMoments()
  return (
    <section className="sheet placed" role="status" tabIndex={-1} ref={focusOnAppearing}>
      <p className="placed-title">{t('staff-entry.batch-placed', { count: orders.length })}</p>
      <ul className="known-list">
        {orders.map((order) => (
          <li key={order.id}>
            <Link href={`/orders/${order.id}`} className="number">
              {order.number}
            </Link>
            <span className="cell-sub">
              {t('staff-entry.placed-promise', { unit: order.responsibleUnit.name, moment: moment(order.dueAt) })}
            </span>
          </li>
        ))}
      </ul>
      <Button type="primary" onClick={onNext}>
        {t('staff-entry.next-batch')}
      </Button>
    </section>
  )
}
