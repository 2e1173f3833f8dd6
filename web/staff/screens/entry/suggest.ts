/** Words of two characters, the size of most Chinese words; of Latin text the words themselves. */
function grams(text: string): Set<string> {
  const found = new Set<string>()
  for (const run of text.toLowerCase().match(/\p{Script=Han}+|[\p{L}\p{N}]+/gu) ?? []) {
    if (!/\p{Script=Han}/u.test(run)) found.add(run)
    else for (let at = 0; at + 2 <= run.length; at += 1) found.add(run.slice(at, at + 2))
  }
  return found
}

interface Suggestible {
  readonly title: string
  readonly summary: string
}

const SUGGESTIONS_MAX = 4
/** A word in the title says more than one in the summary. */
const TITLE_WEIGHT = 3

/**
 * The services of the catalogue that share most words with what a caller said, best first. Ties stay in the order of the
 * catalogue. Nothing is suggested where no word is shared.
 */
export function suggest<Row extends Suggestible>(said: string, rows: readonly Row[]): readonly Row[] {
  const words = grams(said)
  if (words.size === 0) return []
  const scored = rows.map((row) => ({
    row,
    score: TITLE_WEIGHT * shared(words, row.title) + shared(words, row.summary),
  }))
  return scored
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ row }) => row)
}

function shared(words: ReadonlySet<string>, text: string): number {
  return [...grams(text)].filter((gram) => words.has(gram)).length
}
