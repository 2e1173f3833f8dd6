import { sendMessage, type Template } from '#modules/notifications/index.ts'
import { findPerson } from '#modules/people/index.ts'
import type { Work } from '#platform/work.ts'

type TeamTemplate = Extract<Template, `team-${string}`>

/** Writes to somebody about a team; whoever has no phone reads it on the page. */
export async function tellOf(
  work: Work,
  personId: string,
  template: TeamTemplate,
  about: { readonly id: string; readonly name: string; readonly link: string },
): Promise<void> {
  const person = await findPerson(work.tx, personId)
  if (person?.phone == null) return
  await sendMessage(work, {
    template,
    params: { team: about.name, link: about.link },
    toPhone: person.phone,
    toPersonId: personId,
    locale: person.locale,
    subject: { kind: 'team', id: about.id },
  })
}
