import { translator } from '#i18n/translate.ts'
import { openSession } from '#platform/auth/sessions.ts'
import { hashPassword, passwordFaults } from '#platform/password.ts'
import { hashToken } from '#platform/tokens.ts'
import { newTotpSecret, totpUri, verifyTotp } from '#platform/totp.ts'
import type { Work } from '#platform/work.ts'
import { findPerson, openTotp, sealTotp } from './person-rows.ts'
import { districtView } from './person-views.ts'
import { refuse } from './refusals.ts'
import { activateAccount, countSuccess, lockAccount, lockInvitation, saveTotp, useInvitation } from './staff-rows.ts'

/** Shows an invited person what the account is, and the secret for the authenticator; the same one each time it is opened. */
export async function openInvitation(
  work: Work,
  token: string,
): Promise<{ login: string; name: string | null; totpUri: string }> {
  const { account } = await invited(work, token)
  const secret = account.totpCipher === null ? newTotpSecret() : openTotp(work.tx, account.personId, account.totpCipher)
  if (account.totpCipher === null)
    await saveTotp(work.tx, account.personId, sealTotp(work.tx, account.personId, secret))
  const person = await findPerson(work.tx, account.personId)
  const district = await districtView(work.tx)
  return {
    login: account.login,
    name: person?.name ?? null,
    totpUri: totpUri(secret, account.login, `Huiyin ${district.nameEn}`),
  }
}

/** Sets the password, proves that the authenticator works, uses the invitation up and signs the person in. */
export async function acceptInvitation(
  work: Work,
  given: { token: string; password: string; totp: string },
  at: Date,
): Promise<{ token: string; personId: string }> {
  const { invitation, account } = await invited(work, given.token)
  if (account.totpCipher === null) throw refuse('invitation-gone')
  const [fault] = passwordFaults(given.password)
  if (fault !== undefined) {
    throw refuse(
      'password-weak',
      { why: translator(work.actor.locale)(`people.password.${fault}`) },
      { field: 'password' },
    )
  }
  const totp = verifyTotp(openTotp(work.tx, account.personId, account.totpCipher), given.totp, at)
  if (!totp.ok) throw refuse('totp-wrong', {}, { field: 'totp' })
  await activateAccount(work.tx, account.personId, await hashPassword(given.password))
  await countSuccess(work.tx, account.personId, totp.step)
  await useInvitation(work.tx, invitation.id, work.now)
  work.audit({ action: 'people.accept-invitation', subject: { kind: 'person', id: account.personId } })
  return { token: await openSession(work.tx, account.personId, 'staff'), personId: account.personId }
}

/** Accepts an invitation of the demonstration, whose password and authenticator are public and the same in every copy. */
export async function acceptDemoAccount(
  work: Work,
  given: { token: string; password: string; totpSecret: string },
): Promise<void> {
  const { invitation, account } = await invited(work, given.token)
  await saveTotp(work.tx, account.personId, sealTotp(work.tx, account.personId, given.totpSecret))
  await activateAccount(work.tx, account.personId, await hashPassword(given.password))
  await useInvitation(work.tx, invitation.id, work.now)
}

async function invited(work: Work, token: string) {
  const invitation = await lockInvitation(work.tx, hashToken(token), work.now)
  if (invitation === undefined) throw refuse('invitation-gone')
  const account = await lockAccount(work.tx, invitation.personId)
  if (account === undefined || account.disabledAt !== null) throw refuse('invitation-gone')
  return { invitation, account }
}
