import { Checkbox, Form, Input, InputNumber, Radio } from 'antd'
import { targetGroups } from '../../../../contract/catalogue.ts'
import { useWords } from '../../locale.tsx'
import { WindowPicker } from '../../parts/moment-input.tsx'
import { CategoryPicker, Choose, OfferingPicker, UnitPicker, useCategories } from '../../parts/pickers.tsx'
import { agreementTriggers, type EntryValues, risks } from './entry-values.ts'
import { Suggestions } from './suggestions.tsx'

const LINES = { minRows: 2, maxRows: 8 }

export function useRequired() {
  const { t } = useWords()
  return [{ required: true, message: t('validation.required') }]
}

/** What is wanted: said in one line, then found in the catalogue. */
export function WhatFields() {
  const { t } = useWords()
  const required = useRequired()
  const form = Form.useFormInstance<EntryValues>()
  const unit = Form.useWatch('unitId', form) as EntryValues['unitId'] | undefined
  const categoryId = Form.useWatch('categoryId', form) as string | undefined
  const categories = useCategories()
  const slug = categories.data?.rows.find(({ id }) => id === categoryId)?.slug
  return (
    <>
      <Form.Item name="title" label={t('staff-entry.title')} extra={t('staff-entry.title-help')} rules={required}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Suggestions />
      <div className="field-row">
        <Form.Item name="categoryId" label={t('staff-order.category')} rules={required}>
          <CategoryPicker empty={t('staff-entry.choose')} />
        </Form.Item>
        <Form.Item name="offeringId" label={t('staff-entry.offering')}>
          <OfferingPicker
            unitId={unit?.id}
            category={slug}
            onChange={(offering) => {
              // A service belongs to one category, so nobody has to choose that as well.
              if (offering !== null) form.setFieldValue('categoryId', offering.category.id)
            }}
          />
        </Form.Item>
      </div>
      <OfferingHint />
      <Form.Item name="details" label={t('staff-entry.details')}>
        <Input.TextArea autoSize={LINES} maxLength={2000} />
      </Form.Item>
    </>
  )
}

/** What the chosen service of the catalogue asks for. */
function OfferingHint() {
  const { t } = useWords()
  const form = Form.useFormInstance<EntryValues>()
  const offering = Form.useWatch('offeringId', form) as EntryValues['offeringId'] | undefined
  if (offering === null || offering === undefined) return null
  return (
    <p className="hint">
      {t('staff-entry.offering-hint', {
        provider: offering.provider.name,
        min: offering.headcountMin,
        max: offering.headcountMax,
        days: offering.leadWorkingDays,
        minutes: offering.durationMinutes,
      })}
      {offering.monthlyQuota !== null &&
        ` ${t('staff-entry.quota-hint', { taken: offering.takenThisMonth, quota: offering.monthlyQuota })}`}
    </p>
  )
}

/** Where, for how many, when. */
export function WhereFields() {
  const { t, named } = useWords()
  const required = useRequired()
  return (
    <>
      <div className="field-row">
        <Form.Item name="unitId" label={t('staff-order.village')} rules={required}>
          <UnitPicker kind="station" />
        </Form.Item>
        <Form.Item name="address" label={t('staff-entry.address')}>
          <Input maxLength={120} autoComplete="off" />
        </Form.Item>
      </div>
      <div className="field-row">
        <Form.Item name="headcount" label={t('staff-order.headcount')} rules={required}>
          <InputNumber min={1} max={5000} precision={0} inputMode="numeric" />
        </Form.Item>
        <Form.Item name="targetGroup" label={t('staff-order.target-group')} required>
          <Choose options={targetGroups.map((value) => ({ value, text: named('catalogue.target', value) }))} />
        </Form.Item>
        <Form.Item name="venue" label={t('staff-entry.venue')}>
          <Input maxLength={120} autoComplete="off" placeholder={t('staff-entry.venue-placeholder')} />
        </Form.Item>
      </div>
      <Form.Item name="window" label={t('staff-order.wished-time')} required>
        <WindowPicker />
      </Form.Item>
    </>
  )
}

/** What a dispatcher must know of danger and hurry; folded away because most orders have neither. */
export function RiskFields() {
  const { t, named } = useWords()
  const form = Form.useFormInstance<EntryValues>()
  const chosen = (Form.useWatch('risks', form) as readonly string[] | undefined)?.length ?? 0
  return (
    <>
      <Form.Item name="urgency" label={t('staff-order.urgency')} required>
        <Radio.Group
          options={(['normal', 'urgent'] as const).map((value) => ({ value, label: named('orders.urgency', value) }))}
        />
      </Form.Item>
      <details className="more-fields">
        <summary>
          {t('staff-entry.risks')} {chosen > 0 && `(${chosen})`}
        </summary>
        <Form.Item name="risks" label={t('staff-order.risks')}>
          <Checkbox.Group
            className="check-list"
            options={risks.map((value) => ({ value, label: named('orders.risk', value) }))}
          />
        </Form.Item>
        <Form.Item name="agreementTriggers" label={t('staff-order.agreement-triggers')}>
          <Checkbox.Group
            className="check-list"
            options={agreementTriggers.map((value) => ({ value, label: named('orders.trigger', value) }))}
          />
        </Form.Item>
      </details>
    </>
  )
}
