import { crc32, deflateSync } from 'node:zlib'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  FileError,
  IMAGE_BYTES_MAX,
  openFileStore,
  readImage,
  storeImage,
  type FileFault,
  type FileStore,
} from './files.ts'

let folder: string
let store: FileStore

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-files-'))
  store = await openFileStore(join(folder, 'images'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A picture with its upper left quarter red and the rest blue. */
function picture(width: number, height: number) {
  const red = { create: { width: width >> 1, height: height >> 1, channels: 3, background: 'red' } } as const
  return sharp({ create: { width, height, channels: 3, background: 'blue' } }).composite([
    { input: red, top: 0, left: 0 },
  ])
}

async function faultOf(attempt: Promise<unknown>): Promise<FileFault | 'none'> {
  try {
    await attempt
    return 'none'
  } catch (error) {
    if (error instanceof FileError) return error.fault
    throw error
  }
}

describe('storeImage', () => {
  test.each(['jpeg', 'png', 'webp'] as const)('a %s becomes a WebP under a random, sharded key', async (format) => {
    const original = await picture(300, 200).toFormat(format).toBuffer()
    const stored = await storeImage(store, original)
    expect(stored).toMatchObject({ width: 300, height: 200, mediaType: 'image/webp' })
    expect(stored.key).toMatch(/^([0-9a-f]{2})\/([0-9a-f]{2})\/\1\2[0-9a-f]{28}\.webp$/)
    const bytes = await readImage(store, stored.key)
    expect(bytes).toHaveLength(stored.bytes)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 300, height: 200 })
    expect((await storeImage(store, original)).key).not.toBe(stored.key)
  })

  test('a large picture is made smaller to 1600 pixels, a small one is not enlarged', async () => {
    expect(await storeImage(store, await picture(4000, 3000).jpeg().toBuffer())).toMatchObject({
      width: 1600,
      height: 1200,
    })
    expect(await storeImage(store, await picture(1000, 4000).jpeg().toBuffer())).toMatchObject({
      width: 400,
      height: 1600,
    })
    expect(await storeImage(store, await picture(8, 4).png().toBuffer())).toMatchObject({ width: 8, height: 4 })
  })

  test('the place, the camera and every other metadata are dropped', async () => {
    const original = await picture(300, 200)
      .withExif({
        IFD0: { Make: 'SecretPhone', Artist: 'Ouyang' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '40/1 27/1 0/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '115/1 58/1 0/1',
        },
      })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><note>Ouyang</note></x:xmpmeta>')
      .withIccProfile('p3')
      .jpeg()
      .toBuffer()
    const before = await sharp(original).metadata()
    expect(before.exif).toBeDefined()
    expect(before.xmp).toBeDefined()
    expect(original.includes('SecretPhone')).toBe(true)
    const bytes = await readImage(store, (await storeImage(store, original)).key)
    const after = await sharp(bytes).metadata()
    for (const part of ['exif', 'xmp', 'iptc', 'icc', 'orientation', 'comments'] as const)
      expect(after[part]).toBeUndefined()
    for (const trace of ['SecretPhone', 'Ouyang', 'EXIF', 'XMP']) expect(bytes.includes(trace)).toBe(false)
  })

  test('a picture taken with the phone on its side is turned upright', async () => {
    const original = await picture(300, 200).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const stored = await storeImage(store, original)
    expect(stored).toMatchObject({ width: 200, height: 300 })
    const { data, info } = await sharp(await readImage(store, stored.key))
      .raw()
      .toBuffer({ resolveWithObject: true })
    // Orientation 6 turns the upper left quarter to the upper right.
    const colourAt = (x: number, y: number) =>
      Array.from(data.subarray((y * info.width + x) * info.channels).subarray(0, 3))
    expect(colourAt(150, 50)[0]).toBeGreaterThan(200)
    expect(colourAt(50, 50)[2]).toBeGreaterThan(200)
  })

  test('no bytes and more than 10 MB are refused', async () => {
    expect(await faultOf(storeImage(store, new Uint8Array()))).toBe('empty')
    const jpeg = await picture(30, 20).jpeg().toBuffer()
    expect(
      await faultOf(storeImage(store, Buffer.concat([jpeg, Buffer.alloc(IMAGE_BYTES_MAX + 1 - jpeg.length)]))),
    ).toBe('too-large')
    expect(await faultOf(storeImage(store, Buffer.concat([jpeg, Buffer.alloc(IMAGE_BYTES_MAX - jpeg.length)])))).toBe(
      'none',
    )
  })

  test('a small file of many pixels is refused before it is decoded', async () => {
    const bomb = pngClaiming(30_000, 30_000)
    expect(bomb.length).toBeLessThan(1_000)
    expect(await faultOf(storeImage(store, bomb))).toBe('too-many-pixels')
    const real = await sharp({ create: { width: 8_000, height: 5_001, channels: 3, background: 'white' } })
      .png()
      .toBuffer()
    expect(real.length).toBeLessThan(IMAGE_BYTES_MAX)
    expect(await faultOf(storeImage(store, real))).toBe('too-many-pixels')
  })

  test('anything that is not JPEG, PNG or WebP is refused, whatever it is called', async () => {
    const refused = [
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      '<!doctype html><script>alert(1)</script>',
      '%PDF-1.7\n',
      'MZ\x90\x00',
      'PK\x03\x04',
      'RIFF\x00\x00\x00\x00AVI LIST',
      'GIF89a',
      '\0',
    ]
    for (const text of refused)
      expect(await faultOf(storeImage(store, Buffer.from(text, 'latin1')))).toBe('type-refused')
    for (const format of ['gif', 'tiff', 'avif'] as const) {
      expect(await faultOf(storeImage(store, await picture(30, 20).toFormat(format).toBuffer()))).toBe('type-refused')
    }
  })

  test('a web page behind the first bytes of an image is damaged; behind a whole image it is dropped', async () => {
    const script = Buffer.from('<script>alert(1)</script>')
    for (const head of ['\xff\xd8\xff\xe0', '\x89PNG\r\n\x1a\n', 'RIFF\xff\0\0\0WEBP']) {
      expect(await faultOf(storeImage(store, Buffer.concat([Buffer.from(head, 'latin1'), script])))).toBe('damaged')
    }
    const polyglot = Buffer.concat([await picture(30, 20).jpeg().toBuffer(), script])
    const bytes = await readImage(store, (await storeImage(store, polyglot)).key)
    expect(bytes.includes('<script>')).toBe(false)
  })

  test.each(['jpeg', 'png', 'webp'] as const)('a %s that ends too early is damaged', async (format) => {
    const noise = sharp({
      create: {
        width: 400,
        height: 400,
        channels: 3,
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
        background: 'grey',
      },
    })
    const whole = await noise.toFormat(format).toBuffer()
    for (const share of [0.1, 0.5, 0.9]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share))
      expect(await faultOf(storeImage(store, cut))).toBe('damaged')
    }
  })

  test('nothing of a refused file stays, and stored files are for the owner only', async () => {
    const own = await openFileStore(join(folder, 'own'))
    await faultOf(storeImage(own, Buffer.from('\xff\xd8\xff\xe0', 'latin1')))
    expect(await readdir(own.folder)).toEqual([])
    const { key } = await storeImage(own, await picture(30, 20).jpeg().toBuffer())
    const files = (await readdir(own.folder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    )
    expect(files.map((file) => file.name)).toEqual([key.slice(6)])
    expect((await stat(join(own.folder, key))).mode & 0o077).toBe(0)
  })
})

describe('readImage', () => {
  test('a key that leads anywhere else is refused', async () => {
    await writeFile(join(folder, 'secret.webp'), 'secret')
    const { key } = await storeImage(store, await picture(30, 20).jpeg().toBuffer())
    const refused = [
      '',
      '../secret.webp',
      '..%2fsecret.webp',
      'aa/../../secret.webp',
      `/${key}`,
      `./${key}`,
      `${key}\0`,
      `${key}\n`,
      `${key}.partial`,
      key.toUpperCase(),
      key.replaceAll('/', '\\'),
      `00/00/${key.slice(6)}`,
      join(store.folder, key),
    ]
    for (const bad of refused) expect(await faultOf(readImage(store, bad))).toBe('key-malformed')
  })

  test('a key of nothing is not found', async () => {
    expect(await faultOf(readImage(store, `00/00/${'0'.repeat(32)}.webp`))).toBe('not-found')
  })
})

/** A PNG of a few bytes whose header claims a size; its pixels are missing. */
function pngClaiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(64))), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
