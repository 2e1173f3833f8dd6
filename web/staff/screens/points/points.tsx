import { Form, Input, InputNumber } from 'antd'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useNotify } from '../../parts/notices.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { ReadState } from '../../parts/states.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'
import { may, useMe } from '../../session.tsx'

/** The budget that backs every point, and the awards that wait for it. */
export function PointsScreen() {
  const { t, locale } = useWords()
  const me = useMe()
  const budget = useRead('readBudget', {})
  const format = new Intl.NumberFormat(locale)
  return (
    <Page title={t('staff.menu.points')} lead={t('staff-office.points-lead')}>
      <ReadState read={budget}>
        {(answer) => (
          <>
            {answer.queuedAwards > 0 && (
              <p className="alarm" role="status">
                {t('staff-office.queued-alarm', {
                  awards: answer.queuedAwards,
                  points: format.format(answer.queuedPoints),
                })}
              </p>
            )}
            <dl className="figures">
              {(['balance', 'held', 'queuedPoints', 'queuedAwards', 'issued'] as const).map((figure) => (
                <div key={figure} className="sheet">
                  <dt>{t(`staff-office.budget.${figure}`)}</dt>
                  <dd>{format.format(answer[figure])}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
      </ReadState>
      {may(me, 'points.fund') && <Fund />}
    </Page>
  )
}

function Fund() {
  const { t } = useWords()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <Section title={t('staff-office.fund')}>
      <IntentForm<'fundBudget', { readonly points: number; readonly reason: string }>
        route="fundBudget"
        toInput={(body) => ({ body })}
        onDone={async ({ paidAwards }) => {
          notify(t('staff-office.funded', { count: paidAwards }))
          await forgetRoutes('readBudget')
        }}
        submit={t('staff-office.fund')}
      >
        <div className="field-row">
          <Form.Item name="points" label={t('staff-office.points')} rules={required}>
            <InputNumber min={1} max={10_000_000} precision={0} inputMode="numeric" />
          </Form.Item>
          <Form.Item
            name="reason"
            label={t('staff-office.fund-reason')}
            extra={t('staff-office.fund-help')}
            rules={required}
          >
            <Input maxLength={120} />
          </Form.Item>
        </div>
      </IntentForm>
    </Section>
  )
}
