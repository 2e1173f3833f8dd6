import { Form, Input } from 'antd'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useNotify } from '../../parts/notices.tsx'
import { Choose, type Named, UnitPicker } from '../../parts/pickers.tsx'
import { useForget } from '../../parts/use-call.ts'

interface PrepareValues {
  readonly contact: string
  readonly remarks?: string
  readonly issuerUnitId?: Named | null
}

/** The handler's check; the hours come from the books. */
export function Prepare({ certificate }: { readonly certificate: AnswerOf<'readCertificate'>['certificate'] }) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const isSubstitute = certificate.unitId !== certificate.issuerUnitId
  return (
    <IntentForm<'prepareCertificate', PrepareValues>
      route="prepareCertificate"
      initialValues={{ contact: certificate.contact ?? '', remarks: certificate.remarks }}
      toInput={({ contact, remarks, issuerUnitId }) => ({
        params: { id: certificate.id },
        body: { contact, remarks: remarks ?? '', issuerUnitId: issuerUnitId?.id ?? null },
      })}
      onDone={async () => {
        notify(t('staff-records.prepared'))
        await forget('readCertificate', 'listCertificates')
      }}
      submit={t('staff-records.prepare')}
    >
      <p className="sheet-lead">{t('staff-records.prepare-help')}</p>
      <Form.Item
        name="contact"
        label={t('staff-records.contact')}
        extra={t('staff-records.contact-help')}
        rules={[{ required: true, message: t('validation.required') }]}
      >
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="remarks" label={t('staff-records.remarks')}>
        <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={120} />
      </Form.Item>
      {isSubstitute && (
        <Form.Item name="issuerUnitId" label={t('staff-records.successor')} extra={t('staff-records.successor-help')}>
          <UnitPicker />
        </Form.Item>
      )}
    </IntentForm>
  )
}

/** Somebody in charge answers what was said against a certificate. */
export function AnswerObjection({ id }: { readonly id: string }) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <IntentForm<'answerObjection', { readonly verdict: string; readonly answer: string }>
      route="answerObjection"
      toInput={({ verdict, answer }) => ({ params: { id }, body: { isUpheld: verdict === 'upheld', answer } })}
      onDone={async () => {
        notify(t('staff-records.answered'))
        await forget('readCertificate', 'listCertificates')
      }}
      submit={t('staff-records.answer-objection')}
    >
      <Form.Item name="verdict" label={t('staff-records.verdict')} rules={required}>
        <Choose
          empty="–"
          options={[
            { value: 'dismissed', text: t('staff-records.dismissed') },
            { value: 'upheld', text: t('staff-records.upheld') },
          ]}
        />
      </Form.Item>
      <Form.Item name="answer" label={t('staff-records.answer')} rules={required}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={200} />
      </Form.Item>
    </IntentForm>
  )
}
