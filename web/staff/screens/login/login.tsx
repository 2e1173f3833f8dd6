import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation, useSearchParams } from 'wouter'
import { useWords } from '../../locale.tsx'
import { Entrance } from './entrance.tsx'
import { LoginForm } from './login-form.tsx'

export function LoginScreen() {
  const { t } = useWords()
  const [, navigate] = useLocation()
  const [search] = useSearchParams()
  const client = useQueryClient()
  const isDemo = useIsDemo()
  return (
    <Entrance title={t('staff.sign-in-title')}>
      {isDemo && <p className="hint">{t('staff.demo-hint')}</p>}
      <LoginForm
        onSignedIn={(me) => {
          client.clear()
          client.setQueryData(['readMe', {}], me)
          navigate(pathWithin(search.get('next')), { replace: true })
        }}
      />
    </Entrance>
  )
}

/** Only a path of this console; an address in the query must not lead to another site. */
function pathWithin(next: string | null): string {
  return next !== null && /^\/(?![/\\])/u.test(next) && !next.startsWith('/login') ? next : '/'
}

/** Whether this is a demonstration server, which prints its accounts where it was started. */
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
