import type { Translate } from '#i18n/translate.ts'
import type { Config } from '../config.ts'
import type { Installation, Needs } from './installation.ts'

/** One command of the command line; its help is the text `cli.help.<name with hyphens>`. */
export interface Command {
  /** One or two words. */
  readonly name: string
  /** What follows the name in the line of usage. */
  readonly usage: string
  /** Each explained by the text `cli.option.<name>`. */
  readonly options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>
  /** How many words beside the options it takes, no more and no fewer. */
  readonly words: number
  /** @returns the exit status */
  run(context: Context): Promise<number>
}

/** Looks up a text whose key is known only when it is needed; the key itself where there is none. */
export type Say = (key: string, params?: Readonly<Record<string, string | number>>) => string

export interface Context {
  readonly config: Config
  readonly locale: 'zh-CN' | 'en'
  readonly t: Translate
  readonly say: Say
  readonly words: readonly string[]
  readonly option: (name: string) => string | undefined
  readonly flag: (name: string) => boolean
  /** Writes a line to standard output. */
  readonly print: (text: string) => void
  /** The database and all that stands on it; closed when the command has ended. */
  readonly open: (needs?: Needs) => Promise<Installation>
}

/** Rows as aligned columns; a Chinese character is two columns wide. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(cell))
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell) + 2)))
  return rows.map((row) => line(row).join('')).join('\n')
}

function widthOf(text: string): number {
  return Array.from(text).reduce(
    (sum, character) =>
      sum +
      (/[\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u{20000}-\u{3ffff}]/u.test(character)
        ? 2
        : 1),
    0,
  )
}
