import { Checkbox, Form, Input, InputNumber } from 'antd'
import { type Offering, targetGroups } from '../../../../contract/catalogue.ts'
import { useWords } from '../../locale.tsx'
import { OpenHours } from '../../parts/open-hours.tsx'
import { CategoryPicker, ProviderPicker, UnitsPicker } from '../../parts/pickers.tsx'

const LINES = { minRows: 2, maxRows: 10 }

function useRequired() {
  const { t } = useWords()
  return [{ required: true, message: t('validation.required') }]
}

export function OfferingFields() {
  const { t } = useWords()
  const required = useRequired()
  return (
    <>
      <div className="field-row">
        <Form.Item name="title" label={t('staff-office.title-zh')} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="titleEn" label={t('staff-office.title-en')}>
          <Input maxLength={120} />
        </Form.Item>
      </div>
      <div className="field-row">
        <Form.Item name="categoryId" label={t('staff-order.category')} rules={required}>
          <CategoryPicker empty={t('staff-entry.choose')} />
        </Form.Item>
        <Form.Item name="provider" label={t('staff-order.provider')} rules={required}>
          <ProviderPicker />
        </Form.Item>
      </div>
      <div className="field-row">
        <Form.Item name="summary" label={t('staff-office.summary-zh')}>
          <Input.TextArea autoSize={LINES} maxLength={1000} />
        </Form.Item>
        <Form.Item name="summaryEn" label={t('staff-office.summary-en')}>
          <Input.TextArea autoSize={LINES} maxLength={2000} />
        </Form.Item>
      </div>
      <Form.Item name="targetGroups" label={t('staff-order.target-group')} rules={required}>
        <TargetGroups />
      </Form.Item>
      <Form.Item name="areaUnitIds" label={t('staff-office.area')} extra={t('staff-office.area-help')}>
        <UnitsPicker />
      </Form.Item>
      <Numbers />
      <div className="field-row">
        <Form.Item name="venueNeeds" label={t('staff-office.venue-needs')} extra={t('staff-office.words-help')}>
          <Input.TextArea autoSize={LINES} />
        </Form.Item>
        <Form.Item name="licenceNeeds" label={t('staff-office.licence-needs')} extra={t('staff-office.words-help')}>
          <Input.TextArea autoSize={LINES} />
        </Form.Item>
        <Form.Item name="blackoutDays" label={t('staff-office.blackout-days')} extra={t('staff-office.blackout-help')}>
          <Input.TextArea autoSize={LINES} placeholder="2026-10-01" />
        </Form.Item>
      </div>
      <Form.Item name="openHours" label={t('staff-office.open-hours')}>
        <OpenHours />
      </Form.Item>
      <Form.Item name="isRisky" valuePropName="checked">
        <Checkbox>{t('staff-office.is-risky')}</Checkbox>
      </Form.Item>
    </>
  )
}

function Numbers() {
  const { t } = useWords()
  const required = useRequired()
  return (
    <div className="field-row">
      <Form.Item name="durationMinutes" label={t('staff-office.duration')} rules={required}>
        <InputNumber min={5} max={1440} precision={0} />
      </Form.Item>
      <Form.Item name="headcountMin" label={t('staff-office.headcount-min')} rules={required}>
        <InputNumber min={1} max={5000} precision={0} />
      </Form.Item>
      <Form.Item name="headcountMax" label={t('staff-office.headcount-max')} rules={required}>
        <InputNumber min={1} max={5000} precision={0} />
      </Form.Item>
      <Form.Item name="leadWorkingDays" label={t('staff-office.lead-days')} rules={required}>
        <InputNumber min={0} max={60} precision={0} />
      </Form.Item>
      <Form.Item name="monthlyQuota" label={t('staff-office.quota')}>
        <InputNumber min={1} max={10_000} precision={0} />
      </Form.Item>
    </div>
  )
}

interface TargetGroupsProps {
  readonly value?: Offering['targetGroups']
  readonly onChange?: (groups: Offering['targetGroups']) => void
}

/** Of what antd's form gives its fields only value and change: a group of boxes may not say that it is required. */
function TargetGroups({ value = [], onChange }: TargetGroupsProps) {
  const { named } = useWords()
  return (
    <Checkbox.Group
      className="check-list"
      value={value}
      onChange={(groups) => onChange?.(groups)}
      options={targetGroups.map((group) => ({ value: group, label: named('catalogue.target', group) }))}
    />
  )
}
