import type { Sessions } from '#platform/auth/sessions.ts'
import type { Log } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'
import type { WorkHost } from '#platform/work.ts'
import type { AllHandlers } from './modules.ts'

/** What the edge needs from the composition root. */
export interface HttpHost extends WorkHost {
  readonly log: Log
  readonly metrics: Metrics
  readonly sessions: Sessions
  readonly handlers: AllHandlers
  readonly health: HealthSources
  readonly origin: string
  readonly secureCookies: boolean
  readonly trustedProxies: number
  /** Demonstration servers only: the routes under /api/v1/demo exist. */
  readonly demo: boolean
  readonly gatewaySecret: string | null
  /** Null: the API alone, as most tests want it. */
  readonly pages: PagesOptions | null
}

/** What readiness and version are read from. */
export interface HealthSources {
  readonly version: string
  readonly revision: string
  /** Name of the newest migration this release knows. */
  readonly schemaHead: string
  /** False from the first signal to stop until the process ends. */
  isStopping(): boolean
  /** What else keeps this process from serving, such as a full disk; empty when nothing does. */
  faults(): Promise<readonly string[]>
}

/** Settings of the resident pages. */
export interface PagesOptions {
  /** A demonstration: /demo/outbox exists, and the login says where its code can be read. */
  readonly demo: boolean
}
