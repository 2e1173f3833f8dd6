import { identitiesOf } from '#modules/people/index.ts'
import type { Read } from '#platform/work.ts'

/** Whether something is about the actor, under whichever account it was written. */
export async function isOwn(
  { tx, actor }: Pick<Read, 'tx' | 'actor'>,
  { personId }: { readonly personId: string },
): Promise<boolean> {
  return actor.personId !== null && (await identitiesOf(tx, actor.personId)).includes(personId)
}
