import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import type { ProgrammeRow } from '#contract/activity-shapes.ts'

/**
 * Sessions as iCalendar (RFC 5545). Instants are written in UTC, so that no zone has to be described; a session keeps its
 * UID for life and its version is the SEQUENCE, so that a calendar follows a move and a cancellation.
 */
export function calendarText(given: {
  readonly name: string
  /** Of the resident pages, such as `https://example.org`. */
  readonly origin: string
  readonly rows: readonly ProgrammeRow[]
}): string {
  const host = new URL(given.origin).host
  const calendar = ical({
    name: given.name,
    prodId: { company: 'Huiyin', product: 'Programme' },
    method: ICalCalendarMethod.PUBLISH,
  })
  for (const row of given.rows) {
    const lines = [row.teamName ?? row.unitName, row.themeName, row.cancelReason].filter((line) => line !== null)
    calendar.createEvent({
      id: `${row.id}@${host}`,
      sequence: row.version,
      start: new Date(row.startsAt),
      end: new Date(row.endsAt),
      stamp: new Date(row.startsAt),
      summary: row.title,
      location: row.place,
      description: lines.join('\n'),
      url: `${given.origin}/programme/${row.id}`,
      status: row.state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    })
  }
  return calendar.toString()
}
