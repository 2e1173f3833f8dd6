import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, Suspense, useEffect, useState } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { NOT_SIGNED_IN } from '../../shared/api-client.ts'
import { hasLocaleCookie, useWords } from '../locale.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, Failure, Loading } from '../parts/states.tsx'
import { problemIn } from '../parts/problem-alert.tsx'
import { useRead } from '../parts/use-call.ts'
import { onSessionEnded } from '../query-client.ts'
import { useFirstSteps } from '../screens/first-steps/use-first-steps.ts'
import { type Screen, screens } from '../screens/index.tsx'
import { SessionProvider, useMe } from '../session.tsx'
import { Header } from './header.tsx'
import { Menu } from './menu.tsx'
import { useMenu } from './use-menu.ts'
import { SignInAgain } from './sign-in-again.tsx'

/** Everything behind the login: knows who is signed in, shows the menu and the screen that the address names. */
export function Console() {
  const [location] = useLocation()
  const me = useRead('readMe', {}, { staleTime: 60_000 })
  const { setLocale } = useWords()
  const locale = me.data?.locale
  useEffect(() => {
    if (locale !== undefined && !hasLocaleCookie()) setLocale(locale)
  }, [locale, setLocale])
  if (me.data !== undefined) {
    return (
      <SessionProvider value={me.data}>
        <Frame />
      </SessionProvider>
    )
  }
  if (me.error === null) return <main className="bare">{<Loading />}</main>
  if (problemIn(me.error)?.code === NOT_SIGNED_IN) {
    const next = `${location}${window.location.search}`
    return <Redirect to={next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`} replace />
  }
  return (
    <main className="bare">
      <Failure error={me.error} retry={me.refetch} />
    </main>
  )
}

function Frame() {
  const { t } = useWords()
  const [location] = useLocation()
  const [menuOpen, setMenuOpen] = useState(false)
  useEffect(() => setMenuOpen(false), [location])
  useFocusOnMove(location)
  const [first] = useMenu()
  const { read: firstSteps } = useFirstSteps()
  return (
    <div className="console">
      <a className="skip-link" href="#main">
        {t('staff.skip')}
      </a>
      <Header menuOpen={menuOpen} onMenu={() => setMenuOpen(!menuOpen)} />
      <Menu open={menuOpen} />
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<Loading lines={6} />}>
          {/* Where one begins is not known before it is known whether the first steps are done. */}
          {location === '/' && firstSteps.isLoading ? (
            <Loading lines={6} />
          ) : (
            <Switch>
              {screens.map((screen) => (
                <Route key={screen.path} path={screen.path}>
                  <Guarded screen={screen} instead={screen.path === '/' ? first?.path : undefined}>
                    <screen.component />
                  </Guarded>
                </Route>
              ))}
              <Route>
                <NotHere />
              </Route>
            </Switch>
          )}
        </Suspense>
      </main>
      <SessionEnd />
    </div>
  )
}

interface GuardedProps {
  readonly screen: Screen
  readonly instead: string | undefined
  readonly children: ReactNode
}

function Guarded({ screen, instead, children }: GuardedProps) {
  const me = useMe()
  const { t } = useWords()
  if (screen.isOpenTo(me)) return <>{children}</>
  if (instead !== undefined) return <Redirect to={instead} replace />
  return (
    <Page title={t('staff.not-yours')} width="reading">
      <Empty title={t('staff.not-yours-why')} />
    </Page>
  )
}

function NotHere() {
  const { t } = useWords()
  return (
    <Page title={t('staff.not-here')} width="reading">
      <Empty title={t('staff.not-here-why')}>
        <a href="/staff/">{t('staff.to-start')}</a>
      </Empty>
    </Page>
  )
}

/** After a move to another screen the focus goes to its heading, as it would with a page loaded anew. */
function useFocusOnMove(location: string): void {
  const [first, setFirst] = useState(location)
  useEffect(() => {
    if (location === first) return undefined
    setFirst('')
    window.scrollTo(0, 0)
    const frame = requestAnimationFrame(() => {
      if (
        document.activeElement === null ||
        document.activeElement === document.body ||
        document.activeElement.closest('nav')
      ) {
        document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
      }
    })
    return () => cancelAnimationFrame(frame)
  }, [location, first])
}

/** A session that ended asks for the password on top of the screen, so that nothing typed underneath is lost. */
function SessionEnd() {
  const me = useMe()
  const client = useQueryClient()
  const [ended, setEnded] = useState(false)
  useEffect(() => onSessionEnded(() => setEnded(true)), [])
  if (!ended) return null
  return (
    <SignInAgain
      onSignedIn={(again) => {
        if (again.id !== me.id) window.location.assign('/staff/')
        setEnded(false)
        client.setQueryData(['readMe', {}], again)
        void client.invalidateQueries({ predicate: ({ state }) => state.status === 'error' })
      }}
    />
  )
}
