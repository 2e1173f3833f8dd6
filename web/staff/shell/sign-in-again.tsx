import { useEffect, useRef } from 'react'
import type { Me } from '../../../contract/people.ts'
import { useWords } from '../locale.tsx'
import { LoginForm } from '../screens/login/login-form.tsx'

interface SignInAgainProps {
  readonly onSignedIn: (me: Me) => void
}

export function SignInAgain({ onSignedIn }: SignInAgainProps) {
  const { t } = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="sign-in-again"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="sign-in-again">{t('staff.session-ended')}</h2>
      <p>{t('staff.session-ended-why')}</p>
      <LoginForm onSignedIn={onSignedIn} />
    </dialog>
  )
}
