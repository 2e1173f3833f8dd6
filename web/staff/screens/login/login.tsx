import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation, useSearchParams } from 'wouter'
import type { Me } from '../../../../contract/people.ts'
import { useWords } from '../../locale.tsx'
import { DemoAccounts } from './demo-accounts.tsx'
import { Entrance } from './entrance.tsx'
import { LoginForm } from './login-form.tsx'

export function LoginScreen() {
  const { t } = useWords()
  const [, navigate] = useLocation()
  const [search] = useSearchParams()
  const client = useQueryClient()
  const isDemo = useIsDemo()
  const enter = (me: Me) => {
    client.clear()
    client.setQueryData(['readMe', {}], me)
    navigate(pathWithin(search.get('next')), { replace: true })
  }
  return (
    <Entrance title={t('staff.sign-in-title')}>
      <LoginForm onSignedIn={enter} />
      {isDemo && <DemoAccounts onSignedIn={enter} />}
    </Entrance>
  )
}

/** Only a path of this console; an address in the query must not lead to another site. */
function pathWithin(next: string | null): string {
  return next !== null && /^\/(?![/\\])/u.test(next) && !next.startsWith('/login') ? next : '/'
}

/** Whether this is a demonstration server, which shows its invented accounts. */
function useIsDemo(): boolean {
  const version = useQuery({
    queryKey: ['version'],
    queryFn: async () => {
      const response = await fetch('/version')
      return (await response.json()) as { readonly demo?: boolean }
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return version.data?.demo === true
}
