import { describe, expect, test } from 'vitest'
import defaults from '../../../db/seed/defaults/hours.json' with { type: 'json' }
import { findSuspicions } from './find-suspicions.ts'
import type { ServiceFact } from './suspicion-facts.ts'

const at = (day: number, hour: number) =>
  new globalThis.Date(`2026-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`)
let made = 0
function service(personId: string, day: number, hour: number, more: Partial<ServiceFact> = {}): ServiceFact {
  made += 1
  const startedAt = at(day, hour)
  const endedAt = at(day, hour + 2)
  return {
    recordId: `record-${String(made).padStart(4, '0')}`,
    personId,
    unitId: 'station',
    teamId: null,
    subjectId: `subject-${day}-${hour}`,
    startedAt,
    endedAt,
    minutes: 120,
    class: 'verified',
    recordedAt: more.endedAt ?? endedAt,
    recordedBy: null,
    approvedBy: null,
    device: null,
    place: null,
    ...more,
  }
}
const look = (services: readonly ServiceFact[], deadlines = [{ name: 'quarter', at: at(31, 16) }]) =>
  findSuspicions({ services, deadlines, ties: [], thresholds: defaults.rule.thresholds }).map((one) => ({
    rule: one.rule,
    people: one.personIds,
  }))

describe('each rule', () => {
  test('own time, and one hand that records and approves', () => {
    expect(look([service('a', 2, 1, { recordedBy: 'a' }), service('b', 2, 1, { approvedBy: 'b' })])).toEqual([
      { rule: 'self', people: ['a'] },
      { rule: 'self', people: ['b'] },
    ])
    expect(look([service('a', 2, 1, { recordedBy: 'k', approvedBy: 'k' })])).toEqual([
      { rule: 'self', people: ['a', 'k'] },
    ])
    expect(look([service('a', 2, 1, { recordedBy: 'k', approvedBy: 'l' })])).toEqual([])
  })
  test('two things at once; one after the other is fine', () => {
    expect(look([service('a', 2, 1), service('a', 2, 2, { subjectId: 'other' })])).toEqual([
      { rule: 'overlap', people: ['a'] },
    ])
    expect(look([service('a', 2, 1), service('a', 2, 3)])).toEqual([])
  })
  test('too far in too little time', () => {
    const [here, there] = [
      { latitude: 40.45, longitude: 115.97 },
      { latitude: 40.69, longitude: 116.35 },
    ]
    const first = service('a', 2, 1, { place: here })
    expect(look([first, service('a', 2, 3, { place: there })])).toEqual([{ rule: 'impossible-travel', people: ['a'] }])
    expect(look([first, service('a', 2, 5, { place: there })])).toEqual([])
    expect(look([first, service('a', 2, 3, { place: here })])).toEqual([])
  })
  test('one device for many, not for a family of three', () => {
    const from = (people: readonly string[]) => people.map((one) => service(one, 2, 1, { device: 'd' }))
    expect(look(from(['a', 'b', 'c']))).toEqual([])
    expect(look(from(['a', 'b', 'c', 'd']))).toEqual([{ rule: 'shared-device', people: ['a', 'b', 'c', 'd'] }])
  })
  test('rings of two and three; not a leader and a deputy with their long lists', () => {
    const days = [2, 4, 6]
    const by = (one: string, other: string, hour: number) =>
      days.map((day) => service(one, day, hour, { recordedBy: other }))
    expect(look([...by('a', 'b', 1), ...by('b', 'a', 4)])).toEqual([{ rule: 'ring', people: ['a', 'b'] }])
    expect(look([...by('a', 'b', 1), ...by('b', 'c', 4), ...by('c', 'a', 8)])).toEqual([
      { rule: 'ring', people: ['a', 'b', 'c'] },
    ])
    const team = Array.from({ length: 12 }, (_, n) => `member-${n}`)
    const lists = days.flatMap((day) => [
      ...[...team, 'deputy'].map((one) => service(one, day, 1, { recordedBy: 'leader' })),
      ...[...team, 'leader'].map((one) => service(one, day, 6, { recordedBy: 'deputy' })),
    ])
    expect(look(lists)).toEqual([])
  })
  test('a burst of claimed hours before a deadline; not a festival that was checked in', () => {
    const usual = Array.from({ length: 20 }, (_, n) => service(`u-${n}`, 1 + n, 2))
    const rush = (how: Partial<ServiceFact>) =>
      Array.from({ length: 40 }, (_, n) => service(`r-${n}`, 29, 2, { recordedAt: at(30, 3), ...how }))
    expect(look([...usual, ...rush({ class: 'claimed' })]).map((one) => one.rule)).toEqual(['deadline-burst'])
    expect(look([...usual, ...rush({ class: 'verified' })])).toEqual([])
    expect(look([...usual, ...rush({ class: 'claimed', unitId: 'other' })], [])).toEqual([])
  })
})

test('the order of the facts changes nothing', () => {
  const facts = [service('a', 2, 1, { recordedBy: 'b' }), service('a', 2, 2), service('b', 3, 1, { recordedBy: 'a' })]
  const all = (services: readonly ServiceFact[]) =>
    findSuspicions({ services, deadlines: [], ties: [], thresholds: defaults.rule.thresholds })
  expect(all(facts.toReversed())).toEqual(all(facts))
})
