import { useQueryClient } from '@tanstack/react-query'
import { Button, Form } from 'antd'
import { useState } from 'react'
import { Link, useLocation, useParams } from 'wouter'
import type { Offering } from '../../../../contract/catalogue.ts'
import { useWords } from '../../locale.tsx'
import { useFieldFaults, useFormName } from '../../parts/intent-form.tsx'
import { useMoments } from '../../parts/moments.ts'
import { useNotify } from '../../parts/notices.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { ProblemAlert } from '../../parts/problem-alert.tsx'
import { ReadState } from '../../parts/states.tsx'
import { forget, useIntent, useRead } from '../../parts/use-call.ts'
import { useWarnBeforeLeaving } from '../../parts/use-warn-before-leaving.ts'
import { Freshness } from './freshness.tsx'
import { bodyOf, type OfferingValues, valuesOf } from './offering-values.ts'
import { OfferingFields } from './offering-fields.tsx'

export function OfferingScreen() {
  const { id } = useParams<{ id: string }>()
  const { t } = useWords()
  const offering = useRead('readOffering', { params: { id } }, { enabled: id !== 'new' })
  const title = id === 'new' ? t('staff-office.new-offering') : (offering.data?.title ?? t('staff.menu.catalogue'))
  return (
    <Page
      title={title}
      actions={
        <Link href="/catalogue" className="button">
          {t('staff-office.back-to-catalogue')}
        </Link>
      }
    >
      {id === 'new' ? (
        <Editor key="new" offering={undefined} />
      ) : (
        <ReadState read={offering} lines={8}>
          {(data) => (
            <>
              <Standing offering={data} />
              <Editor key={data.id} offering={data} />
            </>
          )}
        </ReadState>
      )}
    </Page>
  )
}

/** Whether it still stands, with the two acts that decide it. */
function Standing({ offering }: { readonly offering: Offering }) {
  const { t } = useWords()
  const { day } = useMoments()
  const store = useStore()
  const confirm = useIntent('confirmOffering', (answer) => store(answer, t('staff-office.confirmed')))
  const end = useIntent('endOffering', (answer) => store(answer, t('staff-office.ended')))
  const [ending, setEnding] = useState(false)
  const input = { params: { id: offering.id } }
  return (
    <Section title={t('staff-office.freshness')} aside={<Freshness offering={offering} />}>
      <p>{t('staff-office.confirmed-at', { day: day(offering.confirmedAt), until: day(offering.freshUntil) })}</p>
      <ProblemAlert problem={confirm.problem ?? end.problem} />
      {offering.endedAt === null && (
        <div className="form-buttons">
          <Button type="primary" loading={confirm.pending} onClick={() => void confirm.run(input)}>
            {t('staff-office.confirm-offering')}
          </Button>
          {ending ? (
            <>
              <span>{t('staff-office.end-sure')}</span>
              <Button danger loading={end.pending} onClick={() => void end.run(input)}>
                {t('staff-office.end-offering')}
              </Button>
              <Button onClick={() => setEnding(false)}>{t('staff.cancel')}</Button>
            </>
          ) : (
            <Button onClick={() => setEnding(true)}>{t('staff-office.end-offering')}</Button>
          )}
        </div>
      )}
    </Section>
  )
}

function useStore() {
  const client = useQueryClient()
  const notify = useNotify()
  return async (answer: Offering, text: string) => {
    client.setQueryData(['readOffering', { params: { id: answer.id } }], answer)
    notify(text)
    await forget(client, ['listOfferings', 'listCategories'])
  }
}

const STALE = 'platform.version-stale'

/**
 * The form of an offering. It holds the version that was on the screen when the typing began; when somebody else saved in
 * between, what was typed stays, and the editor decides whether to save it over the newer version.
 */
function Editor({ offering }: { readonly offering: Offering | undefined }) {
  const { t } = useWords()
  const [, navigate] = useLocation()
  const store = useStore()
  const [form] = Form.useForm<OfferingValues>()
  const name = useFormName()
  const [version, setVersion] = useState(offering?.version ?? 0)
  const [dirty, setDirty] = useState(false)
  useWarnBeforeLeaving(dirty)
  const create = useIntent('createOffering', async (answer) => {
    setDirty(false)
    await store(answer, t('staff-office.saved'))
    navigate(`/catalogue/${answer.id}`)
  })
  const update = useIntent('updateOffering', async (answer) => {
    setVersion(answer.version)
    setDirty(false)
    await store(answer, t('staff-office.saved'))
  })
  const problem = create.problem ?? update.problem
  const mend = useFieldFaults(form, problem)
  const save = (values: OfferingValues, seen: number) => {
    const body = bodyOf(values)
    if (offering === undefined) void create.run({ body })
    else void update.run({ params: { id: offering.id }, body, ifMatch: seen })
  }
  return (
    <Section title={t('staff-office.offering-texts')}>
      <Form<OfferingValues>
        form={form}
        name={name}
        layout="vertical"
        noValidate
        initialValues={valuesOf(offering)}
        onValuesChange={(changed: object) => {
          mend(changed)
          setDirty(true)
        }}
        onFinish={(values) => save(values, version)}
      >
        <OfferingFields />
        {problem?.code === STALE && offering !== undefined ? (
          <Conflict
            id={offering.id}
            onOverwrite={(newest) => save(form.getFieldsValue(true) as OfferingValues, newest)}
          />
        ) : (
          <ProblemAlert problem={problem} />
        )}
        <div className="form-buttons">
          <Button type="primary" htmlType="submit" loading={create.pending || update.pending}>
            {t('staff.save')}
          </Button>
        </div>
      </Form>
    </Section>
  )
}

/** Somebody else saved first: shows what they saved beside what was typed here. */
function Conflict({ id, onOverwrite }: { readonly id: string; readonly onOverwrite: (version: number) => void }) {
  const { t } = useWords()
  const newest = useRead('readOffering', { params: { id } }, { staleTime: 0 })
  return (
    <div className="conflict" role="alert">
      <h3>{t('staff-office.conflict')}</h3>
      <p>{t('staff-office.conflict-why')}</p>
      <ReadState read={newest} lines={2}>
        {(offering) => (
          <>
            <blockquote>
              <strong>{offering.title}</strong>
              <p>{offering.summary}</p>
            </blockquote>
            <Button onClick={() => onOverwrite(offering.version)}>{t('staff-office.save-mine')}</Button>
          </>
        )}
      </ReadState>
    </div>
  )
}
