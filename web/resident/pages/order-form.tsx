import { risks } from '#contract/order-shapes.ts'
import { targetGroups } from '#contract/catalogue.ts'
import type { OrderFormProps, PlacedProps, SimilarProps } from '#contract/pages.ts'
import { Choice, ErrorSummary, Form, SelectField, TextArea, TextField, valueOf } from '../form.tsx'
import { Page, useCallLink, useFrame } from '../frame.tsx'
import { useOrderWords } from '../words.ts'
import { Fact, useOfferingTexts } from './services.tsx'

export function OrderForm(props: OrderFormProps) {
  const { t, locale } = useFrame()
  const { form, offering } = props
  const textsOf = useOfferingTexts()
  const texts = offering === null ? null : textsOf(offering)
  const title = texts === null ? t('resident.order-form.title') : texts.title
  return (
    <Page
      title={title}
      faulty={form.errors.length > 0}
      back={
        offering === null
          ? { href: '/services', text: t('resident.order-form.back') }
          : { href: `/services/${offering.id}`, text: t('resident.order-form.back-service') }
      }
    >
      <ErrorSummary form={form} />
      <p class="kicker">{t('resident.order-form.kicker')}</p>
      <h1>{title}</h1>
      {texts !== null && <p class="lead">{t('resident.order-form.provider', { provider: texts.provider })}</p>}
      <Form form={form} action="/order" draft={offering === null ? 'order' : `order-${offering.id}`}>
        {offering === null ? (
          <>
            <TextField
              form={form}
              name="title"
              label={t('resident.order-form.what')}
              hint={t('resident.order-form.what-hint')}
              more={{ maxLength: 60 }}
            />
            <SelectField
              form={form}
              name="categoryId"
              label={t('resident.order-form.category')}
              empty={t('resident.form.choose')}
              options={props.categories.map((one) => ({
                value: one.id,
                text: locale === 'en' ? one.nameEn : one.name,
              }))}
            />
          </>
        ) : (
          <input type="hidden" name="offering" value={offering.id} />
        )}
        <Where {...props} />
        <When {...props} />
        <Who {...props} />
        <More {...props} />
        <p>
          <button class="button button-primary button-large">{t('resident.order-form.submit')}</button>
        </p>
        <p class="note">{t('resident.order-form.privacy')}</p>
      </Form>
    </Page>
  )
}

function Where({ form, groups }: OrderFormProps) {
  const { t } = useFrame()
  return (
    <>
      <SelectField
        form={form}
        name="village"
        label={t('resident.order-form.village')}
        hint={t('resident.order-form.village-hint')}
        empty={t('resident.order-form.village-empty')}
        split={{ label: t('resident.order-form.township'), empty: t('resident.order-form.township-empty') }}
        groups={groups.map((group) => ({
          text: group.name,
          options: group.villages.map((village) => ({ value: village.value, text: village.name })),
        }))}
      />
      <TextField
        form={form}
        name="address"
        label={t('resident.order-form.address')}
        hint={t('resident.order-form.address-hint')}
        optional
        more={{ autocomplete: 'street-address', maxLength: 120 }}
      />
    </>
  )
}

function When({ form, offering, dateMin, dateMax }: OrderFormProps) {
  const { t } = useFrame()
  const lead = offering?.leadWorkingDays ?? 0
  return (
    <>
      <TextField
        form={form}
        name="date"
        type="date"
        width="medium"
        label={t('resident.order-form.date')}
        hint={lead === 0 ? t('resident.order-form.date-hint') : t('resident.order-form.date-lead', { days: lead })}
        optional
        more={{ min: dateMin, max: dateMax }}
      />
      <Choice
        form={form}
        name="half"
        label={t('resident.order-form.half')}
        inline
        options={(['any', 'morning', 'afternoon'] as const).map((value) => ({
          value,
          text: t(`resident.order-form.half-${value}`),
        }))}
      />
    </>
  )
}

function Who({ form, offering, phoneMasked }: OrderFormProps) {
  const { t } = useFrame()
  return (
    <>
      <TextField
        form={form}
        name="headcount"
        width="short"
        label={t('resident.order-form.headcount')}
        hint={
          offering === null
            ? undefined
            : t('resident.order-form.headcount-hint', { min: offering.headcountMin, max: offering.headcountMax })
        }
        more={{ inputMode: 'numeric', pattern: '[0-9]*', maxLength: 4 }}
      />
      <TextField
        form={form}
        name="contactName"
        width="medium"
        label={t('resident.order-form.name')}
        more={{ autocomplete: 'name', maxLength: 40 }}
      />
      <TextField
        form={form}
        name="contactPhone"
        type="tel"
        width="medium"
        label={t('resident.order-form.phone')}
        hint={
          phoneMasked === null
            ? t('resident.order-form.phone-hint')
            : t('resident.order-form.phone-own', { phone: phoneMasked })
        }
        optional={phoneMasked !== null}
        more={{ autocomplete: 'tel', maxLength: 24 }}
      />
    </>
  )
}

const MORE_FIELDS = ['details', 'venue', 'targetGroup', 'urgency', 'risks']

/** What few need, folded away by the browser's own means; open when something in it was filled in or is at fault. */
function More({ form, offering }: OrderFormProps) {
  const { t, word } = useFrame()
  const open =
    offering === null ||
    valueOf(form, 'details') !== '' ||
    form.errors.some((error) => MORE_FIELDS.includes(error.field))
  return (
    <details class="more" open={open}>
      <summary>{t('resident.order-form.more')}</summary>
      <TextArea
        form={form}
        name="details"
        label={t('resident.order-form.details')}
        hint={t('resident.order-form.details-hint')}
        optional
      />
      <TextField
        form={form}
        name="venue"
        label={t('resident.order-form.venue')}
        hint={t('resident.order-form.venue-hint')}
        optional
        more={{ maxLength: 120 }}
      />
      <SelectField
        form={form}
        name="targetGroup"
        label={t('resident.order-form.target')}
        options={targetGroups.map((group) => ({ value: group, text: word(`catalogue.target.${group}`, group) }))}
      />
      <Choice
        form={form}
        name="urgency"
        label={t('resident.order-form.urgency')}
        hint={t('resident.order-form.urgency-hint')}
        options={(['normal', 'urgent'] as const).map((value) => ({
          value,
          text: t(`resident.order-form.urgency-${value}`),
        }))}
      />
      <Choice
        form={form}
        name="risks"
        label={t('resident.order-form.risks')}
        hint={t('resident.order-form.risks-hint')}
        many
        optional
        options={risks.map((risk) => ({ value: risk, text: word(`orders.risk.${risk}`, risk) }))}
      />
    </details>
  )
}

/** Somebody seems to have ordered the same: shown with its progress before a second one is made. */
export function Similar({ form, rows }: SimilarProps) {
  const { t, moment } = useFrame()
  const words = useOrderWords()
  const title = t('resident.similar.title')
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <p class="lead">{t('resident.similar.lead')}</p>
      <ul class="cards">
        {rows.map((row) => (
          <li key={row.id} class="card">
            <h2 class="card-title">{row.mine ? <a href={`/orders/${row.id}`}>{row.title}</a> : row.title}</h2>
            <p class="card-text">{words.state(row.state)}</p>
            <p class="card-note">{t('resident.similar.placed', { number: row.number, at: moment(row.placedAt) })}</p>
          </li>
        ))}
      </ul>
      <form method="post" action="/order" class="buttons">
        <input type="hidden" name="clientId" value={form.clientId} />
        <input type="hidden" name="placeAnyway" value="yes" />
        {Object.entries(form.values).flatMap(([name, values]) =>
          values.map((value) => <input key={`${name} ${value}`} type="hidden" name={name} value={value} />),
        )}
        <button class="button button-primary">{t('resident.similar.anyway')}</button>
        <a class="button button-quiet" href="/me/orders">
          {t('resident.similar.mine')}
        </a>
      </form>
    </Page>
  )
}

export function Placed({ order }: PlacedProps) {
  const { t, moment } = useFrame()
  const call = useCallLink()
  return (
    <Page title={t('resident.placed.title')}>
      <div class="receipt" data-clear-draft={order.offering === null ? 'order' : `order-${order.offering.id}`}>
        <h1>{t('resident.placed.title')}</h1>
        <p class="receipt-label">{t('resident.placed.number')}</p>
        <p class="number">{order.number}</p>
        <p>{t('resident.placed.keep')}</p>
      </div>
      <h2>{t('resident.placed.next')}</h2>
      <ol class="plain-steps">
        <li>{t('resident.placed.step-1', { unit: order.responsibleUnit.name })}</li>
        <li>{t('resident.placed.step-2', { due: moment(order.dueAt) })}</li>
        <li>{t('resident.placed.step-3')}</li>
      </ol>
      <dl class="facts">
        <Fact name={t('resident.order.title')} text={order.title} />
        <Fact name={t('resident.order.unit')} text={order.unit.name} />
        <Fact name={t('resident.order.headcount')} text={t('resident.people', { count: order.headcount })} />
      </dl>
      <p class="buttons">
        <a class="button button-primary" href={`/orders/${order.id}`}>
          {t('resident.placed.track')}
        </a>
        <a class="button button-quiet" href={call.href}>
          {call.text}
        </a>
      </p>
    </Page>
  )
}
