import type { KeptMark, KeptPack } from './marks.ts'

/** What is kept on this phone. A mark counts as collected only once the browser has written it to disk. */
const NAME = 'huiyin-collect'
const VERSION = 1
const PACKS = 'packs'
const MARKS = 'marks'

let opening: Promise<IDBDatabase> | undefined

function database(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION)
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore(PACKS, { keyPath: 'sessionId' })
      request.result.createObjectStore(MARKS, { keyPath: 'id' })
    })
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('the phone keeps nothing')))
  })
  return opening
}

async function write(name: string, change: (store: IDBObjectStore) => void): Promise<void> {
  const base = await database()
  await new Promise<void>((resolve, reject) => {
    const transaction = base.transaction(name, 'readwrite', { durability: 'strict' })
    transaction.addEventListener('complete', () => resolve())
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('nothing was written')))
    change(transaction.objectStore(name))
  })
}

async function all<Row>(name: string): Promise<Row[]> {
  const base = await database()
  return new Promise((resolve, reject) => {
    const request = base.transaction(name).objectStore(name).getAll() as IDBRequest<Row[]>
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('nothing was read')))
  })
}

export function keepPack(pack: KeptPack): Promise<void> {
  return write(PACKS, (store) => store.put(pack))
}

export async function keptPacks(): Promise<readonly KeptPack[]> {
  return (await all<KeptPack>(PACKS)).toSorted((a, b) => a.startsAt.localeCompare(b.startsAt))
}

export function keepMarks(marks: readonly KeptMark[]): Promise<void> {
  return write(MARKS, (store) => {
    for (const mark of marks) store.put(mark)
  })
}

/** The newest first. */
export async function keptMarks(): Promise<readonly KeptMark[]> {
  return (await all<KeptMark>(MARKS)).toSorted((a, b) => b.at.localeCompare(a.at))
}

/** Takes a session's list and marks off this phone; whoever calls has seen that none of them waits. */
export async function dropSession(sessionId: string): Promise<void> {
  const marks = await keptMarks()
  await write(MARKS, (store) => {
    for (const mark of marks) if (mark.sessionId === sessionId) store.delete(mark.id)
  })
  await write(PACKS, (store) => store.delete(sessionId))
}

/** Asks the browser not to clear this when space grows short. */
export async function keepForGood(): Promise<void> {
  await navigator.storage?.persist?.()
}
