import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link } from 'wouter'
import { useWords } from '../locale.tsx'
import { useMoments, useNow } from '../parts/moments.ts'
import { nameIn } from '../parts/pickers.tsx'
import { useIntent } from '../parts/use-call.ts'
import { useMe } from '../session.tsx'
import { DemoClock } from './demo-clock.tsx'

interface HeaderProps {
  readonly menuOpen: boolean
  readonly onMenu: () => void
}

export function Header({ menuOpen, onMenu }: HeaderProps) {
  const { t, locale } = useWords()
  const me = useMe()
  return (
    <header className="header">
      <Button className="menu-button" aria-expanded={menuOpen} aria-controls="menu" onClick={onMenu}>
        {t('staff.menu')}
      </Button>
      <Link href="/" className="brand">
        <Seal />
        <span>
          <strong>{t('staff.product')}</strong>
          <small>{t('staff.district-centre', { district: nameIn(locale, me.district) })}</small>
        </span>
      </Link>
      <BusinessTime />
      <div className="header-end">
        <LanguageSwitch />
        <Account />
      </div>
    </header>
  )
}

/** The mark: two rings of an echo in a seal. */
export function Seal() {
  return (
    <svg className="seal" viewBox="0 0 40 40" width="36" height="36" aria-hidden="true">
      <rect width="40" height="40" rx="4" />
      <rect x="9" y="9" width="22" height="22" rx="2" />
      <rect x="16" y="16" width="8" height="8" rx="1" />
    </svg>
  )
}

function BusinessTime() {
  const now = useNow()
  const { moment } = useMoments()
  return (
    <div className="business-time">
      <time dateTime={new Date(now).toISOString()}>{moment(new Date(now).toISOString())}</time>
      <DemoClock />
    </div>
  )
}

export function LanguageSwitch({ signedIn = true }: { readonly signedIn?: boolean }) {
  const { locale, setLocale } = useWords()
  const client = useQueryClient()
  const update = useIntent('updateMe', (me) => {
    client.setQueryData(['readMe', {}], me)
  })
  const other = locale === 'en' ? 'zh-CN' : 'en'
  const choose = async () => {
    setLocale(other)
    if (signedIn) await update.run({ body: { locale: other } })
    // Texts that the server worded are asked for anew in the other language.
    await client.invalidateQueries()
  }
  const { t } = useWords()
  return (
    <Button type="text" lang={other} onClick={() => void choose()}>
      {t('staff.other-language')}
    </Button>
  )
}

function Account() {
  const { t, named } = useWords()
  const me = useMe()
  const logout = useIntent('logout', () => window.location.assign('/staff/login'))
  const role = me.roles[0]
  return (
    <div className="account">
      <span className="account-name">
        <strong>
          {me.kind === 'staff' ? <Link href="/account">{me.name ?? ''}</Link> : (me.name ?? me.phoneMasked ?? '')}
        </strong>
        {role !== undefined && (
          <small>
            {named('people.role', role.role)} · {role.unitName}
          </small>
        )}
      </span>
      <Button onClick={() => void logout.run({})} loading={logout.pending}>
        {t('staff.sign-out')}
      </Button>
    </div>
  )
}
