// Two accounts become one while a tie of one of them is made or ended. Each race is run many times on two connections, truly at once
// and a little apart: whatever came first, no tie is left at the account that is gone, and whoever ends one has ended it.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { registerResident } from '../../../test/support/residents.ts'
import { sql } from '../../platform/db.ts'
import { Refusal } from '../../platform/refusal.ts'
import { householdOf } from './index.ts'
import { answerLink, askLink, endLink } from './link-people.ts'
import { hasGuardian, linksOf } from './link-rows.ts'
import { mergeOwn, undoMerge } from './merge-people.ts'
import { identitiesOf, openLoginCode } from './person-rows.ts'
import { saveIdentity } from './save-identity.ts'
import { LOGIN_CODE_MADE, requestLoginCode } from './sign-in-resident.ts'

const TIMES = 3
// The second one starts so much later; zero is truly at once, and below zero it is the first.
const LATER_MILLISECONDS = [0, 0, 4, 12, -4, -12] as const

const database = useDatabase()
let serial = 3_000

async function somebody(birthDate: string | null = null) {
  const n = serial++
  const actor = await registerResident(database, n, '邹某')
  const personId = actor.personId!
  if (birthDate !== null) {
    const document = { documentKind: 'passport', documentNumber: `P${10_000 + n}` } as const
    const given = { name: '邹某', ...document, birthDate, sexCode: null }
    await database.work((work) => saveIdentity(work, personId, given), actor)
  }
  return { actor, personId, phone: `1390000${String(n).padStart(4, '0')}` }
}
type Somebody = Awaited<ReturnType<typeof somebody>>
type Kind = 'household' | 'guardian'

async function codeFor(phone: string): Promise<string> {
  await database.owner((owner) => owner.query('delete from rate_bucket'))
  await database.work((work) => requestLoginCode(work, phone))
  const made = database.sent.findLast((job) => job.name === LOGIN_CODE_MADE)!
  return database.work(async ({ tx }) => openLoginCode(tx, String(made.data['id']), String(made.data['sealed'])).code)
}
const ask = (from: Somebody, to: Somebody, kind: Kind = 'household') =>
  database.work((work) => askLink(work, from.personId, { kind, phone: to.phone, relation: '家人' }), from.actor)
const answer = async (by: Somebody, id: string, code: string | null = null) => {
  const given = { agrees: true, code, childConsent: false }
  const refusal = await database.work((work) => answerLink(work, by.personId, id, given), by.actor)
  if (refusal !== null) throw refusal
}
const end = (by: Somebody, id: string) => database.work((work) => endLink(work, by.personId, id, []), by.actor)
const merge = async (kept: Somebody, absorbed: Somebody, code: string) => {
  const given = { phone: absorbed.phone, code }
  const done = await database.work((work) => mergeOwn(work, kept.personId, given, []), kept.actor)
  if (done instanceof Refusal) throw done
  return done.id
}
const tie = async (from: Somebody, to: Somebody, kind: Kind = 'household') => {
  const id = await ask(from, to, kind)
  await answer(to, id, kind === 'guardian' ? await codeFor(to.phone) : null)
  return id
}

/** Ties and questions that name one of these accounts. */
const openAt = (...people: readonly Somebody[]) =>
  database.work(({ tx }) =>
    tx.rows<{ id: string; state: string }>(sql`
      select id, state from person_link
       where state in ('asked', 'confirmed') and (from_id = any(${people.map((one) => one.personId)}::uuid[])
          or to_id = any(${people.map((one) => one.personId)}::uuid[])) order by id`),
  )
/** Who is in somebody's household now, the own accounts left out. */
const household = (of: Somebody) =>
  database.work(async ({ tx, now }) => {
    const own = await identitiesOf(tx, of.personId)
    return [...(await householdOf(tx, of.personId, now))].filter((id) => !own.includes(id))
  })
const links = (of: Somebody) => database.work(({ tx }) => linksOf(tx, of.personId, of.phone))
const guardianOf = (child: Somebody) =>
  database.work(async ({ tx }) => {
    const agreed = await tx.rows(sql`
      select 1 as one from consent where person_id = ${child.personId} and purpose = 'guardian' and withdrawn_at is null`)
    return { isThere: await hasGuardian(tx, child.personId), agrees: agreed.length > 0 }
  })

/** What came of an operation; what is neither done nor refused is a bug. */
const outcomeOf = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act
    return 'done'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

interface Race {
  readonly merge: () => Promise<unknown>
  readonly other: () => Promise<unknown>
  /** Looks at what is left. */
  readonly after: (other: string) => Promise<void>
}

async function race(prepare: () => Promise<Race>, legal: readonly string[]): Promise<void> {
  for (let time = 0; time < TIMES; time++)
    for (const later of LATER_MILLISECONDS) {
      const acts = await prepare()
      const [merged, other] = await Promise.all([
        sleep(Math.max(0, -later)).then(() => outcomeOf(acts.merge())),
        sleep(Math.max(0, later)).then(() => outcomeOf(acts.other())),
      ])
      expect(merged).toBe('done')
      expect(legal).toContain(other)
      await acts.after(other)
    }
}

test('the one who asked is merged while the other agrees', async () => {
  await race(async () => {
    const [kept, absorbed, other] = [await somebody(), await somebody(), await somebody()]
    const code = await codeFor(absorbed.phone)
    const id = await ask(absorbed, other)
    return {
      merge: () => merge(kept, absorbed, code),
      other: () => answer(other, id),
      async after() {
        expect(await openAt(absorbed)).toEqual([])
        expect(await household(kept)).toEqual([other.personId])
        await end(kept, id)
        expect(await household(kept)).toEqual([])
      },
    }
  }, ['done'])
}, 120_000)

test('the one who agrees is merged meanwhile', async () => {
  await race(async () => {
    const [kept, absorbed, other] = [await somebody(), await somebody(), await somebody()]
    const code = await codeFor(absorbed.phone)
    const id = await ask(other, absorbed)
    return {
      merge: () => merge(kept, absorbed, code),
      other: () => answer(absorbed, id),
      async after(outcome) {
        expect(await openAt(absorbed)).toEqual([])
        expect(await household(kept)).toEqual(outcome === 'done' ? [other.personId] : [])
      },
    }
  }, ['done', 'people.account-closed'])
}, 120_000)

test('the one who asks is merged meanwhile', async () => {
  await race(async () => {
    const [kept, absorbed, other] = [await somebody(), await somebody(), await somebody()]
    const code = await codeFor(absorbed.phone)
    return {
      merge: () => merge(kept, absorbed, code),
      other: () => ask(absorbed, other),
      async after(outcome) {
        expect(await openAt(absorbed)).toEqual([])
        expect(await openAt(kept)).toHaveLength(outcome === 'done' ? 1 : 0)
      },
    }
  }, ['done', 'people.account-closed'])
}, 120_000)

test('both accounts asked the same, and one is answered while they are merged', async () => {
  await race(async () => {
    const [kept, absorbed, other] = [await somebody(), await somebody(), await somebody()]
    const code = await codeFor(absorbed.phone)
    await tie(absorbed, other)
    const id = await ask(kept, other)
    return {
      merge: () => merge(kept, absorbed, code),
      other: () => answer(other, id),
      async after() {
        expect(await household(kept)).toEqual([other.personId])
        // One end is the end, whatever was tied twice.
        const shown = (await links(kept)).find((one) => one.state === 'confirmed')!
        await end(kept, shown.id)
        expect(await openAt(absorbed, kept)).toEqual([])
        expect(await household(kept)).toEqual([])
      },
    }
  }, ['done'])
}, 120_000)

test('a household is ended while one of it is merged', async () => {
  await race(async () => {
    const [kept, absorbed, other] = [await somebody(), await somebody(), await somebody()]
    const code = await codeFor(absorbed.phone)
    const id = await tie(absorbed, other)
    return {
      merge: () => merge(kept, absorbed, code),
      other: () => end(other, id),
      async after() {
        expect(await openAt(absorbed, kept)).toEqual([])
        expect(await household(kept)).toEqual([])
      },
    }
  }, ['done'])
}, 120_000)

test('a guardian ends it while the child’s accounts are merged', async () => {
  await race(async () => {
    const [kept, absorbed, parent] = [await somebody(), await somebody('2012-06-01'), await somebody('1980-01-01')]
    const id = await tie(absorbed, parent, 'guardian')
    const code = await codeFor(absorbed.phone)
    return {
      merge: () => merge(kept, absorbed, code),
      other: () => end(parent, id),
      async after() {
        expect(await openAt(absorbed, kept)).toEqual([])
        expect(await guardianOf(kept)).toEqual({ isThere: false, agrees: false })
      },
    }
  }, ['done'])
}, 120_000)

test('somebody becomes guardian while the child’s accounts are merged', async () => {
  await race(async () => {
    const [kept, absorbed, parent] = [await somebody(), await somebody('2012-06-01'), await somebody('1980-01-01')]
    const id = await ask(absorbed, parent, 'guardian')
    const [code, own] = [await codeFor(absorbed.phone), await codeFor(parent.phone)]
    return {
      merge: () => merge(kept, absorbed, code),
      other: () => answer(parent, id, own),
      async after() {
        expect(await openAt(absorbed)).toEqual([])
        expect(await guardianOf(kept)).toEqual({ isThere: true, agrees: true })
      },
    }
  }, ['done'])
}, 120_000)

test('a guardian’s accounts are merged while the child’s tie to one of them is ended', async () => {
  await race(async () => {
    const [kept, absorbed, child] = [await somebody('1980-01-01'), await somebody(), await somebody('2012-06-01')]
    const id = await tie(child, kept, 'guardian')
    // The other account was proved by the same document once, which was taken back to the first one.
    await database.owner((owner) =>
      owner.query(
        `insert into person_link (district_id, id, kind, from_id, to_id, relation, state, asked_at, answered_at)
         values (110119, gen_random_uuid(), 'guardian', $1, $2, '家人', 'confirmed', now(), now())`,
        [child.personId, absorbed.personId],
      ),
    )
    const code = await codeFor(absorbed.phone)
    return {
      merge: () => merge(kept, absorbed, code),
      other: () => end(child, id),
      async after() {
        // Ended before the accounts were one, the tie to the other account follows and is another tie.
        const left = await openAt(kept, absorbed)
        for (const one of left) await end(child, one.id)
        expect(left.length).toBeLessThan(2)
        expect(await openAt(child)).toEqual([])
        expect(await guardianOf(child)).toEqual({ isThere: false, agrees: false })
      },
    }
  }, ['done'])
}, 120_000)

test('a merge is undone while a tie that followed it is ended', async () => {
  await race(async () => {
    const [kept, absorbed, other] = [await somebody(), await somebody(), await somebody()]
    const id = await tie(absorbed, other)
    const asked = await ask(absorbed, kept)
    const question = await ask(absorbed, await somebody())
    const merged = await merge(kept, absorbed, await codeFor(absorbed.phone))
    // Nobody asks oneself.
    expect((await openAt(kept)).map((one) => one.id).toSorted()).toEqual([id, question].toSorted())
    expect(asked).not.toBe(question)
    return {
      merge: () => database.work((work) => undoMerge(work, merged, () => true, []), kept.actor),
      other: () => end(other, id),
      async after() {
        expect(await openAt(kept)).toEqual([])
        expect(await openAt(absorbed)).toEqual([{ id: question, state: 'asked' }])
      },
    }
  }, ['done'])
}, 120_000)

test('who is tied already may be asked again, and to agree again changes nothing', async () => {
  const [one, other] = [await somebody(), await somebody()]
  const first = await tie(one, other)
  await tie(one, other)
  expect(await openAt(one)).toEqual([{ id: first, state: 'confirmed' }])
})
