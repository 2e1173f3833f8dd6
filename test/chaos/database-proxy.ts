/** A TCP proxy in front of PostgreSQL's socket that cuts a connection at a chosen byte of what goes either way. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Direction = 'to-database' | 'from-database'
const COMMIT = Buffer.from('commit')

export interface DatabaseProxy {
  readonly port: number
  /** Cuts the connection over which the given byte goes, counted from now over all connections; once. */
  arm(direction: Direction, bytes: number): void
  /** Lets the given commit (1 for the first from now) reach the database, and cuts in the place of its answer. */
  armCommit(nth: number): void
  /** Counts from now and cuts nothing. */
  disarm(): void
  /** Bytes since the last `arm` or `disarm`. */
  readonly passed: Readonly<Record<Direction, number>>
  readonly commits: number
  /** Whether the cut was made since the last `arm`. */
  readonly hasCut: boolean
  close(): Promise<void>
}

export async function openDatabaseProxy(socketPath: string): Promise<DatabaseProxy> {
  const state = {
    cut: undefined as { direction: Direction; bytes: number } | undefined,
    commitsUntilCut: 0,
    /** The side of the client whose commit is not to be answered. */
    unanswered: undefined as Socket | undefined,
    hasCut: false,
    commits: 0,
    passed: { 'to-database': 0, 'from-database': 0 },
  }
  const sockets = new Set<Socket>()
  const carry = (from: Socket, to: Socket, direction: Direction) => {
    from.on('data', (chunk: Buffer) => {
      const before = state.passed[direction]
      state.passed[direction] += chunk.length
      if (direction === 'to-database' && chunk.includes(COMMIT)) {
        state.commits++
        if (--state.commitsUntilCut === 0) state.unanswered = from
      }
      if (to === state.unanswered) {
        Object.assign(state, { unanswered: undefined, hasCut: true })
        to.destroy()
        from.destroy()
        return
      }
      const { cut } = state
      if (cut?.direction !== direction || before + chunk.length < cut.bytes) {
        if (!to.write(chunk)) {
          from.pause()
          to.once('drain', () => from.resume())
        }
        return
      }
      state.cut = undefined
      state.hasCut = true
      // The last bytes arrive before the end does, as over a cable that is pulled.
      to.write(chunk.subarray(0, cut.bytes - before), () => {
        to.destroy()
        from.destroy()
      })
    })
    from
      .on('error', () => to.destroy())
      .on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    sockets.add(from)
  }
  const server = createServer((client) => {
    const upstream = connect(socketPath)
    carry(client, upstream, 'to-database')
    carry(upstream, client, 'from-database')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const count = (cut: { direction: Direction; bytes: number } | undefined) => {
    Object.assign(state, { cut, commits: 0, commitsUntilCut: 0, unanswered: undefined, hasCut: false })
    Object.assign(state.passed, { 'to-database': 0, 'from-database': 0 })
  }
  return {
    port: (server.address() as AddressInfo).port,
    arm: (direction, bytes) => count({ direction, bytes }),
    armCommit(nth) {
      count(undefined)
      state.commitsUntilCut = nth
    },
    disarm: () => count(undefined),
    get passed() {
      return { ...state.passed }
    },
    get commits() {
      return state.commits
    },
    get hasCut() {
      return state.hasCut
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
