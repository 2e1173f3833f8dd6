import { sendMessage, type Template, type TemplateParams } from '#modules/notifications/index.ts'
import { findPerson } from '#modules/people/index.ts'
import { Temporal } from 'temporal-polyfill'
import type { Work } from '#platform/work.ts'
import type { Activity, Session } from './activity.ts'

export type SessionTemplate = Extract<Template, `session-${string}`>

const ZONE = 'Asia/Shanghai'

/** The way to a session's page, as short messages name it. */
export function sessionPath(sessionId: string): string {
  return `/programme/${sessionId}`
}

/** Month, day and hour in the district's zone, readable in both languages. */
export function shortTime(at: Date): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(ZONE)
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`
}

/** Tells people about a session; whoever has no phone is told by the organiser. @returns how many were written to */
export async function tell(
  work: Work,
  personIds: readonly string[],
  template: SessionTemplate,
  about: { readonly activity: Pick<Activity, 'title'>; readonly session: Pick<Session, 'id' | 'startsAt'> },
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  let told = 0
  for (const personId of new Set(personIds)) {
    const person = await findPerson(work.tx, personId)
    if (person?.phone == null) continue
    const params = {
      title: about.activity.title,
      time: shortTime(about.session.startsAt),
      link: sessionPath(about.session.id),
      ...more,
    } as TemplateParams<SessionTemplate>
    await sendMessage(work, {
      template,
      params,
      toPhone: person.phone,
      toPersonId: personId,
      locale: person.locale,
      subject: { kind: 'session', id: about.session.id },
    })
    told += 1
  }
  return told
}
