import { Button, Checkbox, Form, Input, InputNumber, Radio } from 'antd'
import { useState } from 'react'
import { useWords } from '../../../locale.tsx'
import { IntentForm } from '../../../parts/intent-form.tsx'
import { MomentInput } from '../../../parts/moment-input.tsx'
import { useNow } from '../../../parts/moments.ts'
import { base64Of, PhotoInput } from '../../../parts/photo-input.tsx'
import { Choose } from '../../../parts/pickers.tsx'
import { ProblemAlert } from '../../../parts/problem-alert.tsx'
import { ReadState } from '../../../parts/states.tsx'
import { useIntent, useRead } from '../../../parts/use-call.ts'
import { CheckInCode } from '../check-in-code.tsx'
import type { MoveFormProps } from './move.ts'

const LINES = { minRows: 2, maxRows: 8 }

interface ScheduleValues {
  readonly from: string
  readonly until: string
  readonly agreedWith: string
  readonly note: string
}

export function ScheduleForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  const now = useNow()
  const required = [{ required: true, message: t('validation.required') }]
  const min = new Date(now).toISOString()
  return (
    <IntentForm<'scheduleOrder', ScheduleValues>
      route="scheduleOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.schedule')}
      initialValues={{
        note: '',
        ...(order.windowFrom !== null && { from: order.windowFrom }),
        ...(order.windowUntil !== null && { until: order.windowUntil }),
      }}
    >
      <Form.Item name="from" label={t('staff-order.begins')} rules={required}>
        <MomentInput min={min} />
      </Form.Item>
      <Form.Item name="until" label={t('staff-order.ends')} rules={required}>
        <MomentInput min={min} />
      </Form.Item>
      <Form.Item
        name="agreedWith"
        label={t('staff-order.agreed-with')}
        extra={t('staff-order.agreed-help')}
        rules={required}
      >
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item name="note" label={t('staff-order.note')}>
        <Input.TextArea autoSize={LINES} maxLength={500} />
      </Form.Item>
    </IntentForm>
  )
}

export function StartForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  return (
    <IntentForm<'startService'>
      route="startService"
      toInput={() => ({ params: { id: order.id } })}
      onDone={onDone}
      onCancel={onCancel}
      submit={t('staff-order.move.start')}
    >
      <p className="hint">{t('staff-order.start-hint')}</p>
    </IntentForm>
  )
}

const METHODS = ['rotating-code', 'beneficiary-pin', 'leader-co-sign'] as const

interface CheckInValues {
  readonly direction: 'in' | 'out'
  readonly method: (typeof METHODS)[number]
  readonly code: string
  readonly personId: string
}

/** The code to show on site, and checking oneself or a member in or out. */
export function CheckInForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t, named } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <>
      {order.moves.includes('show-code') && <CheckInCode orderId={order.id} />}
      <IntentForm<'checkIn', CheckInValues>
        route="checkIn"
        toInput={({ direction, method, code, personId }) => ({
          params: { id: order.id },
          body: {
            direction,
            method,
            code: method === 'leader-co-sign' || code === '' ? null : code.trim(),
            personId: personId === '' ? null : personId,
          },
        })}
        onDone={onDone}
        onCancel={onCancel}
        submit={t('staff-order.move.check-in')}
        initialValues={{ direction: 'in', method: 'rotating-code', code: '', personId: '' }}
      >
        <Form.Item name="direction" label={t('staff-order.direction')} required>
          <Radio.Group
            options={(['in', 'out'] as const).map((value) => ({ value, label: t(`staff-order.direction.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="method" label={t('staff-order.method')} required>
          <Radio.Group
            className="radio-list"
            options={METHODS.map((value) => ({ value, label: named('orders.method', value) }))}
          />
        </Form.Item>
        <Form.Item noStyle dependencies={['method']}>
          {({ getFieldValue }) =>
            getFieldValue('method') !== 'leader-co-sign' && (
              <Form.Item name="code" label={t('staff-order.code')} rules={required}>
                <Input maxLength={12} autoComplete="off" className="code-input" />
              </Form.Item>
            )
          }
        </Form.Item>
        <Form.Item name="personId" label={t('staff-order.who')}>
          <MemberPicker order={order} />
        </Form.Item>
      </IntentForm>
    </>
  )
}

interface MemberPickerProps {
  readonly order: MoveFormProps['order']
  readonly id?: string
  readonly value?: string
  readonly onChange?: (personId: string) => void
}

function MemberPicker({ order, ...field }: MemberPickerProps) {
  const { t } = useWords()
  const teamId = order.provider?.kind === 'team' ? order.provider.id : ''
  const members = useRead('listTeamMembers', { params: { id: teamId } }, { enabled: teamId !== '' })
  const options = (members.data?.rows ?? []).map(({ personId, name }) => ({ value: personId, text: name ?? personId }))
  return <Choose {...field} empty={t('staff-order.myself')} options={options} />
}

interface DeliverValues {
  readonly result: string
  readonly actualHeadcount: number
}

/** What came of it and how many it served; a photo may be added and never must. */
export function DeliverForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  const [photo, setPhoto] = useState<File | null>(null)
  const addPhoto = useIntent('addPhoto')
  return (
    <IntentForm<'deliverOrder', DeliverValues>
      route="deliverOrder"
      toInput={(body) => ({ params: { id: order.id }, body })}
      onDone={async (answer) => {
        if (photo !== null) {
          const dataBase64 = await base64Of(photo)
          await addPhoto.run({
            params: { id: order.id },
            body: { kind: 'delivery', dataBase64, publishConsent: false },
          })
        }
        await onDone(answer)
      }}
      onCancel={onCancel}
      submit={t('staff-order.move.deliver')}
      initialValues={{ actualHeadcount: order.headcount }}
    >
      <Form.Item
        name="result"
        label={t('staff-order.delivery-result')}
        extra={t('staff-order.result-help')}
        rules={required}
      >
        <Input.TextArea autoSize={LINES} maxLength={1000} autoFocus />
      </Form.Item>
      <Form.Item name="actualHeadcount" label={t('staff-order.actual-headcount')} rules={required}>
        <InputNumber min={0} max={50_000} precision={0} inputMode="numeric" />
      </Form.Item>
      <PhotoInput label={t('staff-order.photo-optional')} file={photo} onChange={setPhoto} />
      <ProblemAlert problem={addPhoto.problem} />
    </IntentForm>
  )
}

/** The PIN that the beneficiary tells the volunteer, for whoever ordered in their name. */
export function ShowPin({ order, onCancel }: MoveFormProps) {
  const { t } = useWords()
  const pin = useRead('showPin', { params: { id: order.id } })
  return (
    <>
      <p className="hint">{t('staff-order.pin-hint')}</p>
      <ReadState read={pin} lines={1}>
        {(answer) => <p className="big-code">{answer.pin}</p>}
      </ReadState>
      <Button onClick={onCancel}>{t('staff.hide')}</Button>
    </>
  )
}

export function AddPhotoForm({ order, onDone, onCancel }: MoveFormProps) {
  const { t } = useWords()
  const [photo, setPhoto] = useState<File | null>(null)
  const [publishConsent, setPublishConsent] = useState(false)
  const intent = useIntent('addPhoto', () => onDone())
  const send = async (file: File) => {
    const kind = order.deliveredAt === null && order.state !== 'in_service' ? 'request' : 'delivery'
    await intent.run({ params: { id: order.id }, body: { kind, dataBase64: await base64Of(file), publishConsent } })
  }
  return (
    <>
      <PhotoInput label={t('staff-order.photo-optional')} file={photo} onChange={setPhoto} />
      <Checkbox checked={publishConsent} onChange={(event) => setPublishConsent(event.target.checked)}>
        {t('staff-order.publish-consent')}
      </Checkbox>
      <ProblemAlert problem={intent.problem} />
      <div className="form-buttons">
        <Button
          type="primary"
          disabled={photo === null}
          loading={intent.pending}
          onClick={() => photo !== null && void send(photo)}
        >
          {t('staff-order.move.add-photo')}
        </Button>
        <Button onClick={onCancel}>{t('staff.cancel')}</Button>
      </div>
    </>
  )
}
