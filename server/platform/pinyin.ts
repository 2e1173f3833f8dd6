// Search keys for text that is mostly Chinese. Most queries are two characters long, where PostgreSQL's trigrams scan;
// so a text is stored with three keys, and a query says which of them it needs:
//   bigrams   text[] under GIN, `bigrams @> query`: every Han character and every pair of neighbours, whole words of
//             other scripts, emoji.
//   pinyin    text under trigrams, LIKE '%query%': the pronunciation without tones, u with two dots as v (nv, lv).
//   initials  text under trigrams: the first letter of each syllable; Latin words and numbers stay whole in both.
// Both sides pass through the same normalisation (NFKC, lower case), so full-width letters and capitals do not matter.

import { pinyin as toPinyin } from 'pinyin-pro'

export interface SearchKeys {
  readonly bigrams: string[]
  readonly pinyin: string
  readonly initials: string
}

/** Letters and digits to be found as a substring of any of the named keys; never holds a character special to LIKE. */
export interface LetterQuery {
  readonly text: string
  readonly columns: readonly ('pinyin' | 'initials')[]
}

/** A text matches when it holds all `bigrams` and every one of `letters`. With neither the query asks for nothing. */
export interface QueryKeys {
  readonly bigrams: string[]
  readonly letters: LetterQuery[]
}

interface Run {
  readonly kind: 'han' | 'word' | 'emoji'
  readonly text: string
}

// Titles, names and summaries are far shorter; whoever indexes a book should index its summary.
const TEXT_CHARACTERS_MAX = 4_000
const QUERY_CHARACTERS_MAX = 100
// PostgreSQL refuses GIN keys of more than about 2,700 bytes; a "word" this long is a mistake or an attack.
const WORD_CHARACTERS_MAX = 64
// Emoji are taken with skin tone and joined sequences, flags as pairs of regional letters.
const RUNS =
  /(?<han>\p{Script=Han}+)|(?<word>[[\p{L}\p{N}\p{M}]--\p{Script=Han}]+)|(?<emoji>\p{RI}\p{RI}|\p{ExtPict}\p{EMod}?(?:\u{200D}\p{ExtPict}\p{EMod}?)*)/gv

/** The three keys to store with a text. Empty text, or text of punctuation only, has empty keys. */
export function searchKeys(text: string): SearchKeys {
  const bigrams = new Set<string>()
  let pinyin = ''
  let initials = ''
  for (const run of runsOf(text, TEXT_CHARACTERS_MAX)) {
    if (run.kind === 'han') {
      const syllables = syllablesOf(run.text)
      pinyin += syllables.join('')
      initials += syllables.map((syllable) => syllable.charAt(0)).join('')
      for (const character of run.text) bigrams.add(character)
      for (const pair of pairsOf(run.text)) bigrams.add(pair)
    } else {
      bigrams.add(run.text)
      const letters = latinLetters(run.text) ?? ''
      pinyin += letters
      initials += letters
    }
  }
  return { bigrams: [...bigrams], pinyin, initials }
}

/** The pairs of neighbouring Han characters and the words of a text, by which two texts are compared. */
export function pairsIn(text: string): ReadonlySet<string> {
  const pairs = new Set<string>()
  for (const run of runsOf(text, TEXT_CHARACTERS_MAX)) {
    if (run.kind === 'han') for (const pair of pairsOf(run.text)) pairs.add(pair)
    else if (Array.from(run.text).length > 1) pairs.add(run.text)
  }
  return pairs
}

/**
 * What a query has to be looked up by. Han text is looked up by its pairs (a lone character by itself), words of other
 * scripts and emoji whole, Latin letters as pronunciation or initials: "li fa", "lifa" and "lf" all mean the same.
 */
export function queryKeys(text: string): QueryKeys {
  const bigrams = new Set<string>()
  const letters: string[] = []
  let previousWasLatin = false
  for (const run of runsOf(text, QUERY_CHARACTERS_MAX)) {
    const latin = run.kind === 'word' ? latinLetters(run.text) : null
    if (latin !== null) {
      // People put spaces between syllables, the stored keys have none.
      if (previousWasLatin) letters.push((letters.pop() ?? '') + latin)
      else letters.push(latin)
    } else if (run.kind === 'han' && Array.from(run.text).length > 1) {
      for (const pair of pairsOf(run.text)) bigrams.add(pair)
    } else {
      bigrams.add(run.text)
    }
    previousWasLatin = latin !== null
  }
  return { bigrams: [...bigrams], letters: [...new Set(letters)].map(letterQuery) }
}

function letterQuery(text: string): LetterQuery {
  // Every syllable has a vowel, so a string without any can only be initials, a number or a Latin word, and those are
  // all in `initials`; looking in `pinyin` as well would let "ng" find half of the catalogue.
  return { text, columns: /[aeiouv]/.test(text) ? ['pinyin', 'initials'] : ['initials'] }
}

function runsOf(text: string, charactersMax: number): Run[] {
  const normal = text
    .normalize('NFKC')
    .toLowerCase()
    // Variation selectors change the look of a character, not which one it is.
    .replaceAll(/\p{Variation_Selector}/gu, '')
    .replaceAll(/(?<=\p{L})['’](?=\p{L})/gu, '')
  const cut = Array.from(normal).slice(0, charactersMax).join('')
  return [...cut.matchAll(RUNS)].map(({ groups }): Run => {
    if (groups?.['han'] !== undefined) return { kind: 'han', text: groups['han'] }
    if (groups?.['emoji'] !== undefined) return { kind: 'emoji', text: groups['emoji'] }
    const word = Array.from(groups?.['word'] ?? '')
    return { kind: 'word', text: word.slice(0, WORD_CHARACTERS_MAX).join('') }
  })
}

function pairsOf(text: string): string[] {
  const characters = Array.from(text)
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`)
}

// Titles of services, names of places: what is entered today was mostly entered before.
const SYLLABLES_REMEMBERED_MAX = 5_000
const syllablesOfRuns = new Map<string, readonly string[]>()

/** Syllables of a run of Han characters, read in context; characters whose sound is unknown are left out. */
function syllablesOf(han: string): readonly string[] {
  let syllables = syllablesOfRuns.get(han)
  if (syllables === undefined) {
    syllables = toPinyin(han, { toneType: 'none', type: 'array', v: true, nonZh: 'removed' }).filter((syllable) =>
      /^[a-z]+$/.test(syllable),
    )
    if (syllablesOfRuns.size >= SYLLABLES_REMEMBERED_MAX) syllablesOfRuns.clear()
    syllablesOfRuns.set(han, syllables)
  }
  return syllables
}

/** A word of Latin letters and digits without accents; null when it holds any other script. */
function latinLetters(word: string): string | null {
  const plain = word.replaceAll('ü', 'v').normalize('NFD').replaceAll(/\p{M}/gu, '')
  return /^[a-z0-9]+$/.test(plain) ? plain : null
}
