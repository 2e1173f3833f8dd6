import { readFileSync } from 'node:fs'
import { create, type Font } from 'fontkit'

/** The faces of a printed certificate. Of each file only the glyphs that a certificate needs are put into its PDF. */
export interface CertificateFonts {
  readonly regular: Buffer
  readonly bold: Buffer
  /** Whether both faces have a glyph for a code point. */
  has(codePoint: number): boolean
}

let loaded: CertificateFonts | undefined

/** Noto Serif SC (SIL Open Font License), 29 MB that are read when the first certificate is drawn. */
export function certificateFonts(): CertificateFonts {
  if (loaded !== undefined) return loaded
  const fileOf = (name: string) => readFileSync(new URL(import.meta.resolve(name)))
  const regular = fileOf('@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf')
  const bold = fileOf('@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf')
  const faces = [create(regular) as Font, create(bold) as Font]
  loaded = { regular, bold, has: (codePoint) => faces.every((face) => face.hasGlyphForCodePoint(codePoint)) }
  return loaded
}

// What chooses between forms of the character before it, and joins parts of one picture: without a glyph of its own.
const UNSEEN = /^(?:[\u200b-\u200f]|\u2060|\ufeff|\p{Variation_Selector})$/u

/**
 * A text as the faces can print it. What they lack is not left out and not shown as an empty box, but named by its code;
 * `missing` collects the codes, so that the certificate can say so.
 */
export function printable(text: string, fonts: Pick<CertificateFonts, 'has'>, missing: Set<string>): string {
  return Array.from(text.normalize('NFC'), (character) => {
    const codePoint = character.codePointAt(0)!
    if (character === '\n' || fonts.has(codePoint)) return character
    if (UNSEEN.test(character)) return ''
    const name = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
    missing.add(name)
    return `\u3014${name}\u3015`
  }).join('')
}
