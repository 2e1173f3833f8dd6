/**
 * Finds what an isolation level must not let happen, in a history of transactions that append to lists and read them (the
 * idea of Elle: a list tells in what order its elements were written, so the dependencies between transactions can be read
 * off). Anomalies by Adya's names: G0, G1a, G1b, G1c, G-single, G2.
 */
export type Op =
  | { readonly kind: 'append'; readonly key: string; readonly value: number }
  | { readonly kind: 'read'; readonly key: string; readonly list: readonly number[] }

export interface Txn {
  readonly id: string
  readonly ops: readonly Op[]
  readonly committed: boolean
}

export type Anomaly = 'incompatible order' | 'lost append' | 'G0' | 'G1a' | 'G1b' | 'G1c' | 'G-single' | 'G2'

type EdgeKind = 'ww' | 'wr' | 'rw'
interface Edge {
  readonly to: string
  readonly kind: EdgeKind
}
type Graph = ReadonlyMap<string, readonly Edge[]>

/** Every value is appended once in the whole history. @returns a description of each anomaly found, by its name */
export function findAnomalies(history: readonly Txn[]): Map<Anomaly, string[]> {
  const found = new Map<Anomaly, string[]>()
  const add = (anomaly: Anomaly, text: string) => void found.set(anomaly, [...(found.get(anomaly) ?? []), text])
  const orders = versionOrders(history, add)
  findDirtyReads(history, add)
  const graph = graphOf(history, orders)
  const only = (kinds: readonly EdgeKind[]): Graph =>
    new Map([...graph].map(([id, edges]) => [id, edges.filter(({ kind }) => kinds.includes(kind))]))
  for (const cycle of cyclesOf(only(['ww']))) add('G0', cycle.join(' → '))
  if (!found.has('G0')) for (const cycle of cyclesOf(only(['ww', 'wr']))) add('G1c', cycle.join(' → '))
  const informed = only(['ww', 'wr'])
  for (const [from, edges] of graph) {
    for (const { to, kind } of edges) {
      if (kind === 'rw' && reaches(informed, to, from)) add('G-single', `${from} read before ${to}, and after it`)
    }
  }
  if (found.size === 0) for (const cycle of cyclesOf(graph)) add('G2', cycle.join(' → '))
  return found
}

/** The order of each key's elements: the longest list that was read, which every other list must begin. */
function versionOrders(
  history: readonly Txn[],
  add: (anomaly: Anomaly, text: string) => void,
): Map<string, readonly number[]> {
  const orders = new Map<string, readonly number[]>()
  const reads = history
    .filter(({ committed }) => committed)
    .flatMap(({ ops }) => ops.filter((op) => op.kind === 'read'))
  for (const { key, list } of reads) if (list.length > (orders.get(key)?.length ?? -1)) orders.set(key, list)
  for (const { key, list } of reads) {
    const order = orders.get(key)!
    if (list.some((value, index) => order[index] !== value))
      add('incompatible order', `${key}: ${list.join()} and ${order.join()}`)
  }
  for (const { id, ops, committed } of history) {
    for (const op of ops) {
      if (!committed || op.kind !== 'append') continue
      if (orders.get(op.key)?.includes(op.value) !== true)
        add('lost append', `${op.value} of ${id} is not in ${op.key}`)
    }
  }
  return orders
}

/** What was read of transactions that did not commit, or that had more to write. */
function findDirtyReads(history: readonly Txn[], add: (anomaly: Anomaly, text: string) => void): void {
  const writers = new Map<string, { readonly txn: Txn; readonly isLast: boolean }>()
  for (const txn of history) {
    const appends = txn.ops.filter((op) => op.kind === 'append')
    for (const [index, { key, value }] of appends.entries()) {
      const isLast = !appends.slice(index + 1).some((later) => later.key === key)
      writers.set(`${key} ${value}`, { txn, isLast })
    }
  }
  for (const txn of history.filter(({ committed }) => committed)) {
    for (const op of txn.ops) {
      if (op.kind !== 'read') continue
      for (const [index, value] of op.list.entries()) {
        const writer = writers.get(`${op.key} ${value}`)
        if (writer === undefined || writer.txn === txn) continue
        if (!writer.txn.committed) add('G1a', `${txn.id} read ${value} of ${writer.txn.id}, which did not commit`)
        if (index === op.list.length - 1 && !writer.isLast)
          add('G1b', `${txn.id} read ${value} in the midst of ${writer.txn.id}`)
      }
    }
  }
}

function graphOf(history: readonly Txn[], orders: ReadonlyMap<string, readonly number[]>): Graph {
  const writerOf = new Map<string, string>()
  for (const { id, ops } of history)
    for (const op of ops) if (op.kind === 'append') writerOf.set(`${op.key} ${op.value}`, id)
  const edges = new Map<string, Edge[]>(history.map(({ id }) => [id, []]))
  const link = (from: string | undefined, to: string | undefined, kind: EdgeKind) => {
    if (from !== undefined && to !== undefined && from !== to) edges.get(from)?.push({ to, kind })
  }
  for (const [key, order] of orders) {
    for (const [index, value] of order.entries())
      if (index > 0) link(writerOf.get(`${key} ${order[index - 1]!}`), writerOf.get(`${key} ${value}`), 'ww')
  }
  for (const { id, ops, committed } of history) {
    if (!committed) continue
    for (const op of ops) {
      if (op.kind !== 'read') continue
      const order = orders.get(op.key) ?? []
      const last = op.list.at(-1)
      if (last !== undefined) link(writerOf.get(`${op.key} ${last}`), id, 'wr')
      const next = order[op.list.length]
      if (next !== undefined) link(id, writerOf.get(`${op.key} ${next}`), 'rw')
    }
  }
  return edges
}

function reaches(graph: Graph, from: string, to: string): boolean {
  const seen = new Set([from])
  const open = [from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true
    for (const edge of graph.get(id) ?? []) {
      if (seen.has(edge.to)) continue
      seen.add(edge.to)
      open.push(edge.to)
    }
  }
  return false
}

/** Groups of transactions that depend on one another in a circle (Tarjan's strongly connected components, without recursion). */
function cyclesOf(graph: Graph): string[][] {
  const indexes = new Map<string, number>()
  const lows = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const groups: string[][] = []
  for (const root of graph.keys()) {
    if (indexes.has(root)) continue
    const work = [{ id: root, next: 0 }]
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const { id } = frame
      if (frame.next === 0) {
        indexes.set(id, indexes.size)
        lows.set(id, indexes.get(id)!)
        stack.push(id)
        onStack.add(id)
      }
      const edge = graph.get(id)?.[frame.next++]
      if (edge !== undefined) {
        if (!indexes.has(edge.to)) work.push({ id: edge.to, next: 0 })
        else if (onStack.has(edge.to)) lows.set(id, Math.min(lows.get(id)!, indexes.get(edge.to)!))
        continue
      }
      work.pop()
      const parent = work.at(-1)
      if (parent !== undefined) lows.set(parent.id, Math.min(lows.get(parent.id)!, lows.get(id)!))
      if (lows.get(id) !== indexes.get(id)) continue
      const group = stack.splice(stack.indexOf(id))
      for (const member of group) onStack.delete(member)
      if (group.length > 1) groups.push(group)
    }
  }
  return groups
}
