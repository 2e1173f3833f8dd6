import type { FamilyProps, MyLinks, WardProps } from '#contract/pages-account.ts'
import { Choice, ErrorSummary, Form, TextField } from '../form.tsx'
import { Page, useFrame } from '../frame.tsx'

type Link = MyLinks[number]

/** Household and guardians: what others ask of the reader first, then what holds, then asking. */
export function Family({ form, links, isMinor, done }: FamilyProps) {
  const { t } = useFrame()
  const title = t('account.family.title')
  const asked = links.filter((link) => !link.isAsker && link.state === 'asked')
  const others = links.filter((link) => !asked.includes(link))
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/me', text: t('account.back') }}>
      {done !== null && (
        <p class="done" role="status">
          {t(`account.family.done-${done}`)}
        </p>
      )}
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <p class="lead">{t('account.family.lead')}</p>
      {asked[0] !== undefined && <Question link={asked[0]} form={form} />}
      {asked.length > 1 && <p>{t('account.family.more-questions', { count: asked.length - 1 })}</p>}
      <section>
        <h2>{t('account.family.mine')}</h2>
        {others.length === 0 ? (
          <p class="panel">{t('account.family.none')}</p>
        ) : (
          <ul class="rows">
            {others.map((link) => (
              <LinkRow key={link.id} link={link} form={form} />
            ))}
          </ul>
        )}
      </section>
      <Ask form={form} isMinor={isMinor} />
    </Page>
  )
}

function Question({ link, form }: { readonly link: Link; readonly form: FamilyProps['form'] }) {
  const { t } = useFrame()
  const name = link.otherName ?? t('account.family.somebody')
  const isGuardian = link.kind === 'guardian'
  return (
    <section class="panel">
      <h2>{t(isGuardian ? 'account.family.asks-guardian' : 'account.family.asks-household', { name })}</h2>
      <p>{t('account.family.relation-said', { relation: link.relation })}</p>
      {isGuardian && (
        <>
          <p>{t('account.family.guardian-text')}</p>
          <Form form={form} action="/me/family/code">
            <p>
              <button class="button">{t('account.family.send-code')}</button>
            </p>
          </Form>
        </>
      )}
      <Form form={form} action={`/me/family/${link.id}/answer`}>
        <input type="hidden" name="agrees" value="yes" />
        {isGuardian && link.isUnder14 && (
          <Choice
            form={form}
            name="childConsent"
            many
            label={t('people.consent.guardian-under-14')}
            options={[{ value: 'yes', text: t('account.family.child-consent') }]}
          />
        )}
        {isGuardian && (
          <TextField
            form={form}
            name="code"
            width="short"
            label={t('account.family.code')}
            more={{ inputMode: 'numeric', pattern: '[0-9]*', autocomplete: 'one-time-code', maxLength: 8 }}
          />
        )}
        <p>
          <button class="button button-primary">
            {t(isGuardian ? 'account.family.confirm-guardian' : 'account.family.confirm-household')}
          </button>
        </p>
      </Form>
      <Form form={form} action={`/me/family/${link.id}/answer`}>
        <input type="hidden" name="agrees" value="no" />
        <p>
          <button class="button button-quiet">{t('account.family.decline')}</button>
        </p>
      </Form>
    </section>
  )
}

function LinkRow({ link, form }: { readonly link: Link; readonly form: FamilyProps['form'] }) {
  const { t, moment } = useFrame()
  const name = link.otherName ?? link.phoneMasked ?? t('account.family.somebody')
  const role =
    link.kind === 'household'
      ? 'account.family.member'
      : link.isAsker
        ? 'account.family.guardian'
        : 'account.family.ward'
  return (
    <li class="row">
      <h3 class="card-title">{name}</h3>
      <p class="row-state">{t(link.state === 'asked' ? 'account.family.waiting' : role)}</p>
      <p class="card-note">
        {link.relation} · {moment(link.askedAt)}
      </p>
      <div class="buttons">
        {link.wardId !== null && (
          <a class="button" href={`/me/wards/${link.wardId}`}>
            {t('account.family.open-ward')}
          </a>
        )}
        <Form form={form} action={`/me/family/${link.id}/end`}>
          <button class="button button-quiet" aria-label={t('account.family.end-named', { name })}>
            {t('account.family.end')}
          </button>
        </Form>
      </div>
    </li>
  )
}

function Ask({ form, isMinor }: Pick<FamilyProps, 'form' | 'isMinor'>) {
  const { t } = useFrame()
  const kinds = isMinor ? (['guardian', 'household'] as const) : (['household'] as const)
  return (
    <section>
      <h2>{t('account.family.ask')}</h2>
      <p>{t('account.family.ask-text')}</p>
      <Form form={form} action="/me/family">
        {isMinor ? (
          <Choice
            form={form}
            name="kind"
            label={t('account.family.kind')}
            options={kinds.map((kind) => ({ value: kind, text: t(`account.family.kind-${kind}`) }))}
          />
        ) : (
          <input type="hidden" name="kind" value="household" />
        )}
        <TextField
          form={form}
          name="phone"
          type="tel"
          width="medium"
          label={t('account.family.phone')}
          more={{ maxLength: 24 }}
        />
        <TextField
          form={form}
          name="relation"
          width="short"
          label={t('account.family.relation')}
          hint={t('account.family.relation-hint')}
          more={{ maxLength: 20 }}
        />
        <p>
          <button class="button button-primary">{t('account.family.ask-button')}</button>
        </p>
      </Form>
    </section>
  )
}

/** What a guardian decides for a child, and who looked at the child's data. */
export function WardPage({ form, id, ward, done }: WardProps) {
  const { t, word, moment } = useFrame()
  const title = t('account.ward.title', { name: ward.name ?? t('account.family.somebody') })
  const isOpen = (purpose: string) => ward.consents.some((row) => row.purpose === purpose && row.withdrawnAt === null)
  return (
    <Page title={title} faulty={form.errors.length > 0} back={{ href: '/me/family', text: t('account.family.title') }}>
      {done !== null && (
        <p class="done" role="status">
          {t('account.saved')}
        </p>
      )}
      <ErrorSummary form={form} />
      <h1>{title}</h1>
      <ul class="rows">
        {ward.current.map(({ purpose, wordingVersion }) => (
          <li key={purpose} class="row">
            <h2 class="card-title">{word(`people.consent.${purpose}`, purpose)}</h2>
            <p>{word(`people.wording.${purpose}.${wordingVersion}`, purpose)}</p>
            <Form form={form} action={`/me/wards/${id}`}>
              <input type="hidden" name="purpose" value={purpose} />
              <input type="hidden" name="wordingVersion" value={wordingVersion} />
              <input type="hidden" name="agrees" value={isOpen(purpose) ? 'no' : 'yes'} />
              <p>
                <button class={isOpen(purpose) ? 'button button-quiet' : 'button button-primary'}>
                  {t(isOpen(purpose) ? 'account.consents.withdraw' : 'account.ward.agree')}
                </button>
              </p>
            </Form>
          </li>
        ))}
      </ul>
      <section>
        <h2>{t('resident.me.looks')}</h2>
        {ward.looks.length === 0 ? (
          <p class="panel">{t('resident.me.looks-none')}</p>
        ) : (
          <ul class="entries">
            {ward.looks.map((look) => (
              <li key={look.at}>
                <span>{word(`people.purpose.${look.purpose}`, look.purpose)}</span>
                <span class="card-note">
                  {look.by} {moment(look.at)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </Page>
  )
}
