import { Button } from 'antd'
import type { KeyboardEvent, ReactNode } from 'react'
import { useWords } from '../locale.tsx'

export interface Column<Row> {
  readonly key: string
  readonly title: string
  readonly cell: (row: Row) => ReactNode
  readonly className?: string
}

interface DataTableProps<Row> {
  /** Says what the table holds; read out, not shown. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly rowClass?: (row: Row) => string | undefined
  readonly more?: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => unknown
  }
}

/**
 * A table that becomes a list of cards on a narrow screen. The arrow keys go from row to row along the first link or
 * button of each, so Enter opens what has the focus; roles are written out because the narrow style takes the display of
 * a table away.
 */
export function DataTable<Row>({ caption, columns, rows, rowKey, rowClass, more }: DataTableProps<Row>) {
  const { t } = useWords()
  return (
    <div className="table-frame">
      <table className="table" role="table" onKeyDown={walkRows}>
        <caption className="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ key, title, className }) => (
              <th key={key} scope="col" role="columnheader" className={className}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={rowKey(row)} role="row" className={rowClass?.(row)}>
              {columns.map(({ key, title, cell, className }) => (
                <td key={key} role="cell" className={className} data-title={title}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {more?.hasNextPage === true && (
        <div className="table-more">
          <Button loading={more.isFetchingNextPage} onClick={() => void more.fetchNextPage()}>
            {t('staff.show-more')}
          </Button>
        </div>
      )}
    </div>
  )
}

function walkRows(event: KeyboardEvent<HTMLTableElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const target = event.target as HTMLElement
  if (step === undefined || target.closest('input, textarea, select, [role=combobox], [role=radio]') !== null) return
  const stops = [...event.currentTarget.querySelectorAll('tbody tr')].flatMap((row) => {
    const stop = row.querySelector<HTMLElement>('a[href], button')
    return stop === null ? [] : [stop]
  })
  const at = stops.findIndex((stop) => stop.closest('tr') === target.closest('tr'))
  const next = stops[at + step]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}
