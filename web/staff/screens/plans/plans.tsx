import { Form, Input, InputNumber } from 'antd'
import { Link, useLocation } from 'wouter'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { DateInput } from '../../parts/moment-input.tsx'
import { dateAt, useMoments, useNow } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { type Named, UnitPicker } from '../../parts/pickers.tsx'
import { Empty, ReadState } from '../../parts/states.tsx'
import { useForget, usePages } from '../../parts/use-call.ts'
import { may, useMe } from '../../session.tsx'
import { PlanState } from './plan-state.tsx'
import { Pairings } from './pairings.tsx'
import { Roads } from './roads.tsx'
import { Vehicles } from './vehicles.tsx'
import { Weights } from './weights.tsx'

const REFRESH_MILLISECONDS = 5_000
const DAYS = 6
const SECONDS = 20
const SECONDS_MAX = 300
const SEED = 1

/** The planning desk: ask for a plan of some days, see those that were made, and say how long the roads really take. */
export function PlansScreen() {
  const { t } = useWords()
  const me = useMe()
  const mayPlan = may(me, 'planning.plan')
  return (
    <Page title={t('staff.menu.plans')} lead={t('staff-plan.lead')}>
      {mayPlan && <NewPlan />}
      <PlanList />
      <Roads mayEdit={mayPlan} />
      <Vehicles mayEdit={mayPlan} />
      <Pairings mayEdit={mayPlan} />
      <Weights mayEdit={mayPlan} />
    </Page>
  )
}

interface Wish {
  readonly unitId: Named
  readonly title: string
  readonly fromOn: string
  readonly untilOn: string
  readonly secondsMax: number
}

function NewPlan() {
  const { t } = useWords()
  const { zone, day } = useMoments()
  const [, go] = useLocation()
  const now = useNow()
  const notify = useNotify()
  const forgetRoutes = useForget()
  const own = useMe().roles.find(({ role }) => role === 'dispatcher')
  const required = [{ required: true, message: t('validation.required') }]
  const fromOn = dateAt(now, zone, 1)
  return (
    <Section title={t('staff-plan.new')}>
      <IntentForm<'requestPlan', Wish>
        key={fromOn}
        route="requestPlan"
        toInput={({ unitId, ...wish }) => ({ body: { ...wish, unitId: unitId.id, seed: SEED } })}
        onDone={async ({ id }) => {
          notify(t('staff-plan.asked'))
          await forgetRoutes('listPlans')
          go(`/plans/${id}`)
        }}
        submit={t('staff-plan.ask')}
        initialValues={{
          ...(own !== undefined && { unitId: { id: own.unitId, name: own.unitName } }),
          title: t('staff-plan.title-default', { day: day(fromOn) }),
          fromOn,
          untilOn: dateAt(now, zone, 1 + DAYS),
          secondsMax: SECONDS,
        }}
      >
        <div className="field-row">
          <Form.Item name="title" label={t('staff-plan.title')} rules={required}>
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item name="unitId" label={t('staff-plan.unit')} extra={t('staff-plan.unit-help')} rules={required}>
            <UnitPicker />
          </Form.Item>
        </div>
        <div className="field-row">
          <Form.Item name="fromOn" label={t('staff-plan.from')} rules={required}>
            <DateInput />
          </Form.Item>
          <Form.Item name="untilOn" label={t('staff-plan.until')} rules={required}>
            <DateInput />
          </Form.Item>
          <Form.Item
            name="secondsMax"
            label={t('staff-plan.seconds')}
            extra={t('staff-plan.seconds-help')}
            rules={required}
          >
            <InputNumber min={1} max={SECONDS_MAX} precision={0} inputMode="numeric" />
          </Form.Item>
        </div>
      </IntentForm>
    </Section>
  )
}

type Row = AnswerOf<'listPlans'>['rows'][number]

function PlanList() {
  const { t } = useWords()
  const { day, moment } = useMoments()
  const list = usePages('listPlans', { query: {} }, { refetchInterval: REFRESH_MILLISECONDS })
  return (
    <Section title={t('staff-plan.plans')}>
      <ReadState read={{ data: list.rows, error: list.error, refetch: list.refetch }}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t('staff-plan.none')}>{t('staff-plan.none-next')}</Empty>
          ) : (
            <DataTable<Row>
              caption={t('staff-plan.plans')}
              rows={rows}
              rowKey={({ id }) => id}
              more={list}
              columns={[
                {
                  key: 'title',
                  title: t('staff-plan.title'),
                  className: 'cell-title',
                  cell: (row) => (
                    <>
                      <Link href={`/plans/${row.id}`} className="row-link">
                        {row.title}
                      </Link>
                      <span className="cell-sub">{t(`staff-plan.kind.${row.kind}`)}</span>
                    </>
                  ),
                },
                { key: 'days', title: t('staff-plan.days'), cell: (row) => `${day(row.fromOn)} – ${day(row.untilOn)}` },
                { key: 'state', title: t('staff-plan.state'), cell: (row) => <PlanState state={row.state} /> },
                {
                  key: 'cost',
                  title: t('staff-plan.cost'),
                  cell: (row) =>
                    row.cost === null ? '–' : t('staff-plan.cost-value', { minutes: Math.round(row.cost.total) }),
                },
                { key: 'made', title: t('staff-plan.made'), cell: (row) => moment(row.endedAt ?? row.createdAt) },
              ]}
            />
          )
        }
      </ReadState>
    </Section>
  )
}
