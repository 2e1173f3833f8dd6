import { declineReasons, returnReasons } from '#contract/order-shapes.ts'
import { type ActProps, evaluationTags } from '#contract/pages.ts'
import { Choice, ErrorSummary, Form, SelectField, TextArea, TextField } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

/** One act on an order, alone on its page. */
export function Act(props: ActProps) {
  const { t } = useFrame()
  const { act, form, order } = props
  const title = t(`resident.act.${act}-title`)
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: props.back, text: t('resident.act.back') }}>
      <ErrorSummary form={form} />
      <p class="kicker">
        {order.title} <span class="number-small">{order.number}</span>
      </p>
      <h1>{title}</h1>
      <p class="lead">{t(`resident.act.${act}-text`)}</p>
      <Form form={form} action={props.action} draft={`${act}-${order.number}`}>
        <Fields {...props} />
        <p class="buttons">
          <button class="button button-primary button-large">{t(`resident.act.${act}-submit`)}</button>
        </p>
      </Form>
    </Page>
  )
}

function Fields(props: ActProps) {
  switch (props.act) {
    case 'confirm':
    case 'deliver':
      return <HeadcountFields {...props} />
    case 'dispute':
    case 'reopen':
    case 'remind':
    case 'cancel':
      return <ReasonField {...props} />
    case 'evaluate':
      return <EvaluateFields {...props} />
    case 'accept':
    case 'claim':
      return <AcceptFields {...props} />
    case 'decline':
    case 'return':
      return <GiveBackFields {...props} />
    case 'schedule':
      return <ScheduleFields {...props} />
    case 'check-in':
    case 'check-out':
      return <CheckInFields {...props} />
    case 'start':
      break
  }
  return null
}

function HeadcountFields({ act, form }: ActProps) {
  const { t } = useFrame()
  return (
    <>
      {act === 'deliver' && (
        <TextArea
          form={form}
          name="result"
          label={t('resident.deliver.result')}
          hint={t('resident.deliver.result-hint')}
        />
      )}
      <TextField
        form={form}
        name="actualHeadcount"
        width="short"
        label={t('resident.confirm.headcount')}
        hint={t('resident.confirm.headcount-hint')}
        more={{ inputMode: 'numeric', pattern: '[0-9]*', maxLength: 5 }}
      />
    </>
  )
}

function ReasonField({ act, form }: ActProps) {
  const { t } = useFrame()
  const optional = act === 'remind' || act === 'cancel'
  return (
    <TextArea
      form={form}
      name={act === 'remind' ? 'note' : 'reason'}
      label={t(optional ? 'resident.reason.say' : 'resident.reason.why')}
      optional={optional}
      rows={3}
    />
  )
}

function EvaluateFields({ form }: ActProps) {
  const { t } = useFrame()
  return (
    <>
      <Choice
        form={form}
        name="solved"
        label={t('resident.evaluate.solved')}
        inline
        options={[
          { value: 'yes', text: t('resident.evaluate.solved-yes') },
          { value: 'no', text: t('resident.evaluate.solved-no') },
        ]}
      />
      <Choice
        form={form}
        name="stars"
        label={t('resident.evaluate.stars')}
        options={([5, 4, 3, 2, 1] as const).map((stars) => ({
          value: String(stars),
          text: t(`resident.evaluate.star-${stars}`),
        }))}
      />
      <Choice
        form={form}
        name="tags"
        label={t('resident.evaluate.tags')}
        many
        optional
        inline
        options={evaluationTags.map((tag) => ({ value: tag, text: t(`resident.tag.${tag}`) }))}
      />
      <TextArea form={form} name="note" label={t('resident.evaluate.note')} optional rows={3} />
    </>
  )
}

function AcceptFields({ act, form, teams }: ActProps) {
  const { t } = useFrame()
  return (
    <>
      {act === 'claim' && (
        <SelectField
          form={form}
          name="team"
          label={t('resident.accept.team')}
          options={teams.map((team) => ({ value: team.id, text: team.name }))}
        />
      )}
      <TextField
        form={form}
        name="contactName"
        width="medium"
        label={t('resident.accept.name')}
        hint={t('resident.accept.name-hint')}
        more={{ autocomplete: 'name', maxLength: 40 }}
      />
      <TextField
        form={form}
        name="contactPhone"
        type="tel"
        width="medium"
        label={t('resident.accept.phone')}
        more={{ autocomplete: 'tel', maxLength: 24 }}
      />
    </>
  )
}

function GiveBackFields({ act, form }: ActProps) {
  const { t, word } = useFrame()
  const codes: readonly string[] = act === 'decline' ? declineReasons : returnReasons
  return (
    <>
      <Choice
        form={form}
        name="reason"
        label={t('resident.reason.why')}
        options={codes.map((code) => ({ value: code, text: word(`orders.${act}.${code}`, code) }))}
      />
      <TextArea form={form} name="note" label={t('resident.reason.say')} optional={act === 'decline'} rows={3} />
    </>
  )
}

function ScheduleFields({ form }: ActProps) {
  const { t } = useFrame()
  return (
    <>
      <TextField form={form} name="date" type="date" width="medium" label={t('resident.schedule.date')} />
      <TextField form={form} name="fromTime" type="time" width="short" label={t('resident.schedule.from')} />
      <TextField form={form} name="untilTime" type="time" width="short" label={t('resident.schedule.until')} />
      <TextField
        form={form}
        name="agreedWith"
        width="medium"
        label={t('resident.schedule.agreed-with')}
        hint={t('resident.schedule.agreed-with-hint')}
      />
      <TextArea form={form} name="note" label={t('resident.reason.say')} optional rows={2} />
    </>
  )
}

function CheckInFields({ form, members }: ActProps) {
  const { t, word } = useFrame()
  const methods = ['beneficiary-pin', 'rotating-code', ...(members.length > 0 ? ['leader-co-sign'] : [])]
  return (
    <>
      <Choice
        form={form}
        name="method"
        label={t('resident.check-in.method')}
        options={methods.map((method) => ({ value: method, text: word(`orders.method.${method}`, method) }))}
      />
      <TextField
        form={form}
        name="code"
        width="short"
        label={t('resident.check-in.code')}
        hint={members.length > 0 ? t('resident.check-in.code-hint') : undefined}
        more={{ inputMode: 'numeric', autocomplete: 'off', maxLength: 12 }}
      />
      {members.length > 0 && (
        <SelectField
          form={form}
          name="personId"
          label={t('resident.check-in.member')}
          hint={t('resident.check-in.member-hint')}
          empty={t('resident.check-in.myself')}
          options={members.map((member) => ({ value: member.id, text: member.name }))}
        />
      )}
    </>
  )
}
