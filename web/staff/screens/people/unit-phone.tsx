import { Form, Input } from 'antd'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import type { Named } from '../../parts/pickers.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'

/** The number at which the chosen unit answers: residents are told to call it. */
export function UnitPhone({ unit }: { readonly unit: Named }) {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const read = useRead('readUnit', { params: { id: unit.id } })
  return (
    <Section title={t('staff-office.unit-phone-of', { unit: unit.name })}>
      <ReadState read={read} lines={1}>
        {({ unit: { id, phone } }) => (
          <IntentForm<'updateUnitContact', { readonly phone: string }>
            key={id}
            route="updateUnitContact"
            toInput={(values) => ({
              params: { id },
              body: { phone: values.phone.trim() === '' ? null : values.phone },
            })}
            onDone={async () => {
              notify(t('staff-office.unit-phone-saved'))
              await forgetRoutes('readUnit', 'listUnits')
            }}
            submit={t('staff.save')}
            initialValues={{ phone: phone ?? '' }}
          >
            <Form.Item name="phone" label={t('staff-office.unit-phone')} extra={t('staff-office.unit-phone-help')}>
              <Input type="tel" maxLength={24} autoComplete="off" className="field-medium" />
            </Form.Item>
          </IntentForm>
        )}
      </ReadState>
    </Section>
  )
}
