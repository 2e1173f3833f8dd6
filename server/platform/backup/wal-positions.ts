/** Positions in the write-ahead log: `16/B374D848` in text, a 64-bit number in arithmetic, and the segment files between. */

const SEGMENT_SHAPE = /^[0-9A-F]{24}$/u
const LSN_SHAPE = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/iu
const HALF_BITS = 32n
const HALF_MASK = 0xff_ff_ff_ffn

export function parseLsn(text: string): bigint {
  const [, high, low] = LSN_SHAPE.exec(text) ?? []
  if (high === undefined || low === undefined) throw new TypeError(`not a log position: ${text}`)
  return (BigInt(`0x${high}`) << HALF_BITS) | BigInt(`0x${low}`)
}

export function formatLsn(lsn: bigint): string {
  return `${(lsn >> HALF_BITS).toString(16)}/${(lsn & HALF_MASK).toString(16)}`.toUpperCase()
}

/** The name of the segment file that holds a position. @param segmentBytes 16 MB unless initdb was told otherwise */
export function segmentName(timeline: number, lsn: bigint, segmentBytes: number): string {
  const number = lsn / BigInt(segmentBytes)
  const perId = (1n << HALF_BITS) / BigInt(segmentBytes)
  return [BigInt(timeline), number / perId, number % perId].map((part) => hex8(part)).join('')
}

/** The first position of a segment file, and its timeline. */
export function segmentStart(name: string, segmentBytes: number): { timeline: number; lsn: bigint } {
  if (!isSegmentName(name)) throw new TypeError(`not a segment of the log: ${name}`)
  const [timeline, id, part] = [0, 8, 16].map((at) => BigInt(`0x${name.slice(at, at + 8)}`))
  const perId = (1n << HALF_BITS) / BigInt(segmentBytes)
  return { timeline: Number(timeline), lsn: (id! * perId + part!) * BigInt(segmentBytes) }
}

export function isSegmentName(name: string): boolean {
  return SEGMENT_SHAPE.test(name)
}

function hex8(value: bigint): string {
  return value.toString(16).toUpperCase().padStart(8, '0')
}
