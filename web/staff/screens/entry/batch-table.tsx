import { Button, Input } from 'antd'
import { useWords } from '../../locale.tsx'
import { CategoryPicker } from '../../parts/pickers.tsx'
import { BATCH_FIELDS, type BatchField, type BatchRow, emptyRow } from './batch-rows.ts'

interface BatchTableProps {
  readonly rows: readonly BatchRow[]
  readonly setRows: (rows: readonly BatchRow[]) => void
  /** What is wrong, by `<row> <field>`. */
  readonly faults: ReadonlyMap<string, string>
}

const CHARACTERS_MAX: Readonly<Record<BatchField, number>> = {
  title: 60,
  category: 36,
  contactName: 40,
  contactPhone: 24,
  headcount: 4,
  venue: 120,
  details: 2000,
}

/** A table one types into; it scrolls inside itself where it is too wide. */
export function BatchTable({ rows, setRows, faults }: BatchTableProps) {
  const { t } = useWords()
  const change = (key: string, field: BatchField, value: string) => {
    setRows(rows.map((row) => (row.key === key ? { ...row, [field]: value } : row)))
  }
  const remove = (key: string) => {
    const left = rows.filter((row) => row.key !== key)
    setRows(left.length === 0 ? [emptyRow()] : left)
  }
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t('staff-entry.batch-table')}>
      <table className="edit-table">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{t('staff-entry.row')}</span>
            </th>
            {BATCH_FIELDS.map((field) => (
              <th key={field} scope="col" className={`col-${field}`}>
                {t(`staff-entry.column.${field}`)}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">{t('staff.remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={row.key}>
              <th scope="row">{index + 1}</th>
              {BATCH_FIELDS.map((field) => (
                <td key={field}>
                  <Cell
                    field={field}
                    label={`${t(`staff-entry.column.${field}`)} ${index + 1}`}
                    value={row[field]}
                    fault={faults.get(`${index} ${field}`)}
                    onChange={(value) => change(row.key, field, value)}
                  />
                </td>
              ))}
              <td>
                <Button size="small" onClick={() => remove(row.key)}>
                  {t('staff.remove')}
                  <span className="visually-hidden"> {index + 1}</span>
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface CellProps {
  readonly field: BatchField
  readonly label: string
  readonly value: string
  readonly fault: string | undefined
  readonly onChange: (value: string) => void
}

function Cell({ field, label, value, fault, onChange }: CellProps) {
  const { t } = useWords()
  return (
    <>
      {field === 'category' ? (
        <CategoryPicker
          label={label}
          value={value}
          empty={t('staff-entry.choose')}
          aria-invalid={fault !== undefined}
          onChange={onChange}
        />
      ) : (
        <Input
          aria-label={label}
          value={value}
          maxLength={CHARACTERS_MAX[field]}
          inputMode={field === 'headcount' ? 'numeric' : field === 'contactPhone' ? 'tel' : 'text'}
          autoComplete="off"
          {...(fault !== undefined && { status: 'error' as const, 'aria-invalid': true })}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {fault !== undefined && <span className="field-fault">{fault}</span>}
    </>
  )
}
