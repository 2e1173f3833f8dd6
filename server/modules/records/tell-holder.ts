import { sendMessage, type Template } from '#modules/notifications/index.ts'
import { findPerson } from '#modules/people/index.ts'
import type { Work } from '#platform/work.ts'
import type { Certificate } from './certificate.ts'

type CertificateTemplate = Extract<Template, `certificate-${string}`>

/** Tells the volunteer what became of a certificate; whoever has no phone sees it on the page. */
export function tellHolder(
  work: Work,
  { id, personId }: Pick<Certificate, 'id' | 'personId'>,
  template: CertificateTemplate,
): Promise<void> {
  return tellAbout(work, id, personId, { template, link: `/me/certificates/${id}` })
}

/** A message to somebody about a certificate, where he or she has a phone. */
export async function tellAbout(
  work: Work,
  certificateId: string,
  personId: string,
  { template, link }: { readonly template: CertificateTemplate | 'objection-answered'; readonly link: string },
): Promise<void> {
  const person = await findPerson(work.tx, personId)
  if (person?.phone == null) return
  await sendMessage(work, {
    template,
    params: { link },
    toPhone: person.phone,
    toPersonId: personId,
    locale: person.locale,
    subject: { kind: 'certificate', id: certificateId },
  })
}
