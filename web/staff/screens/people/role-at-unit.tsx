import { Form } from 'antd'
import { roleNames } from '../../../../contract/people.ts'
import { useWords } from '../../locale.tsx'
import { Choose, UnitPicker } from '../../parts/pickers.tsx'

/** A role and the unit where it holds. */
export function RoleAtUnit() {
  const { t, named } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <div className="field-row">
      <Form.Item name="role" label={t('staff-office.role')} rules={required}>
        <Choose
          empty={t('staff-entry.choose')}
          options={roleNames.map((value) => ({ value, text: named('people.role', value) }))}
        />
      </Form.Item>
      <Form.Item name="unitId" label={t('staff-office.unit')} rules={required}>
        <UnitPicker placeholder={t('staff-office.unit-any')} />
      </Form.Item>
    </div>
  )
}
