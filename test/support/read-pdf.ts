/** Reads a PDF back with another library than the one that wrote it. */
import { createCanvas } from '@napi-rs/canvas'
import jsQR from 'jsqr'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'

export interface ReadPdf {
  readonly title: string
  readonly pages: readonly string[]
  /** Names of the fonts that are not embedded; empty when all are. */
  readonly missingFonts: readonly string[]
  readonly fonts: readonly string[]
  /** What the first page's QR code says. */
  readonly qr: string | undefined
}

interface FontObject {
  readonly name: string
  readonly missingFile?: boolean
}

export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const task = getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 })
  const document = await task.promise
  const pages: string[] = []
  const fonts = new Map<string, boolean>()
  for (let index = 1; index <= document.numPages; index++) {
    const page = await document.getPage(index)
    const { items } = await page.getTextContent()
    pages.push(items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(''))
    await page.getOperatorList()
    for (const item of items) {
      if (!('fontName' in item) || !page.commonObjs.has(item.fontName)) continue
      const font = page.commonObjs.get(item.fontName) as FontObject
      fonts.set(font.name, font.missingFile === true)
    }
  }
  const { info } = await document.getMetadata()
  const read = {
    title: String((info as { Title?: string }).Title),
    pages,
    fonts: [...fonts.keys()],
    missingFonts: [...fonts].filter(([, isMissing]) => isMissing).map(([name]) => name),
    qr: await qrOf(document),
  }
  await task.destroy()
  return read
}

const SCALE = 2

async function qrOf(document: Awaited<ReturnType<typeof getDocument>['promise']>): Promise<string | undefined> {
  const page = await document.getPage(1)
  const viewport = page.getViewport({ scale: SCALE })
  const canvas = createCanvas(viewport.width, viewport.height)
  const context = canvas.getContext('2d')
  await page.render({ canvas: canvas as never, canvasContext: context as never, viewport }).promise
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height)
  return jsQR.default(new Uint8ClampedArray(data), width, height)?.data
}
