import { Checkbox, Form, Input } from 'antd'
import type { AnswerOf } from '../../../shared/api-client.ts'
import { useWords } from '../../locale.tsx'
import { IntentForm } from '../../parts/intent-form.tsx'
import { useNotify } from '../../parts/notices.tsx'
import { Section } from '../../parts/page.tsx'
import { Choose, nameIn } from '../../parts/pickers.tsx'
import { useForget, useRead } from '../../parts/use-call.ts'
import { ServiceKindField } from './fields.tsx'

type Activity = AnswerOf<'readActivity'>['activity']

const WORDS = ['description', 'content', 'risks', 'protection', 'insurance'] as const
const LINES = ['title', 'place', 'personInCharge', 'recorder', 'beneficiaries'] as const
const FLAGS = ['membersOnly', 'needsInsurance', 'needsHealth'] as const
const CHOICES = ['themeId', 'campaignId', 'kindSlug'] as const
const LENGTHS = { title: 60, place: 120, personInCharge: 40, recorder: 40, beneficiaries: 100 } as const
const WORDS_MAX = { description: 2000, content: 500, risks: 500, protection: 500, insurance: 500 } as const
const BLOCK = { minRows: 2, maxRows: 8 }
const MAY_BE_EMPTY = new Set<string>(['beneficiaries', 'recorder'])

type Values = Pick<
  Activity,
  (typeof WORDS)[number] | (typeof LINES)[number] | (typeof FLAGS)[number] | (typeof CHOICES)[number]
>

interface EditActivityProps {
  readonly activity: Activity
  readonly onClose: () => void
}

/** Changes what an activity says. Times, places and numbers of its sessions are changed session by session. */
export function EditActivity({ activity, onClose }: EditActivityProps) {
  const { t } = useWords()
  const notify = useNotify()
  const forget = useForget()
  const names = [...WORDS, ...LINES, ...FLAGS, ...CHOICES]
  const said = Object.fromEntries(names.map((name) => [name, activity[name]])) as unknown as Values
  const orNull = (text: string | null) => (text === '' ? null : text)
  return (
    <Section title={t('staff-activity.edit')}>
      <p className="sheet-lead">{t('staff-activity.edit-lead')}</p>
      <IntentForm<'updateActivity', Values>
        route="updateActivity"
        initialValues={said}
        toInput={({ themeId, campaignId, kindSlug, recorder, ...rest }) => ({
          params: { id: activity.id },
          ifMatch: activity.version,
          body: {
            ...rest,
            ...(recorder !== '' && { recorder }),
            themeId: orNull(themeId),
            campaignId: orNull(campaignId),
            kindSlug: orNull(kindSlug),
          },
        })}
        onDone={async () => {
          notify(t('staff-activity.edited'))
          onClose()
          await forget('readActivity', 'listOrganised', 'readSession')
        }}
        onCancel={onClose}
        submit={t('staff-activity.edit-save')}
      >
        <Lines />
        <Kinds />
        {WORDS.map((name) => (
          <Form.Item key={name} name={name} label={t(`staff-activity.field.${name}`)}>
            <Input.TextArea autoSize={BLOCK} maxLength={WORDS_MAX[name]} />
          </Form.Item>
        ))}
        {FLAGS.map((name) => (
          <Form.Item key={name} name={name} valuePropName="checked">
            <Checkbox>{t(`staff-activity.field.${name}`)}</Checkbox>
          </Form.Item>
        ))}
      </IntentForm>
    </Section>
  )
}

function Lines() {
  const { t } = useWords()
  const required = [{ required: true, message: t('validation.required') }]
  return (
    <div className="field-row">
      {LINES.map((name) => (
        <Form.Item
          key={name}
          name={name}
          label={t(`staff-activity.field.${name}`)}
          rules={MAY_BE_EMPTY.has(name) ? [] : required}
        >
          <Input maxLength={LENGTHS[name]} />
        </Form.Item>
      ))}
    </div>
  )
}

/** Under what the activity is counted. */
function Kinds() {
  const { t, locale } = useWords()
  const themes = useRead('listThemes', { query: {} })
  const of = (kind: 'theme' | 'campaign') =>
    (themes.data?.rows ?? [])
      .filter((row) => row.kind === kind)
      .map((row) => ({ value: row.id, text: nameIn(locale, row) }))
  return (
    <>
      <div className="field-row">
        <Form.Item name="themeId" label={t('staff-activity.theme.theme')}>
          <Choose empty={t('staff-activity.theme-without')} options={of('theme')} />
        </Form.Item>
        <Form.Item name="campaignId" label={t('staff-activity.theme.campaign')}>
          <Choose empty={t('staff-activity.theme-without')} options={of('campaign')} />
        </Form.Item>
      </div>
      <ServiceKindField />
    </>
  )
}
