/** The process's Prometheus metrics. Each call makes its own registry, so that tests and two servers in one process do not share counts. */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What the connection pool says of itself, in connections. */
export interface PoolCounts {
  readonly total: number
  readonly idle: number
  readonly waiting: number
}

export interface ServedRequest {
  readonly method: string
  /** The route's pattern, never the path: a path would make a time series for each id. Undefined where no route matched. */
  readonly route: string | undefined
  readonly status: number
  readonly seconds: number
}

// The objectives are 30, 120 and 250 ms for p50, p95 and p99; a bound on each lets them be read without interpolation.
const REQUEST_SECONDS_BOUNDS = [0.005, 0.01, 0.03, 0.06, 0.12, 0.25, 0.5, 1, 2.5, 5, 15]

export type Metrics = ReturnType<typeof createMetrics>

/** @param readPool asked at each scrape; must not wait for a connection itself */
export function createMetrics(readPool: () => PoolCounts) {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of the answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: REQUEST_SECONDS_BOUNDS,
    registers,
  })
  for (const state of ['total', 'idle', 'waiting'] as const) {
    const gauge = new Gauge({
      name: `db_pool_${state}`,
      help: `Database pool: ${state === 'waiting' ? 'requests that wait for a connection' : `${state} connections`}`,
      registers: [],
      collect() {
        this.set(readPool()[state])
      },
    })
    registry.registerMetric(gauge)
  }
  return {
    /** The media type of `render`'s text. */
    contentType: registry.contentType,
    /** The text that Prometheus scrapes. */
    render: () => registry.metrics(),
    observeRequest: ({ method, route, status, seconds }: ServedRequest) =>
      requests.observe({ method, route: route ?? '(none)', status }, seconds),
    jobLagSeconds: new Gauge({
      name: 'job_lag_seconds',
      help: 'Age of the oldest job that is due and not started',
      labelNames: ['queue'] as const,
      registers,
    }),
    notifyWithin10s: new Gauge({
      name: 'notify_within_10s',
      help: "Share (0 to 1) of the last hour's messages that were handed to the gateway within 10 seconds",
      registers,
    }),
    otpConversion: new Gauge({
      name: 'otp_conversion',
      help: "Share (0 to 1) of the last hour's phone codes that were used",
      registers,
    }),
    ledgerImbalance: new Gauge({
      name: 'ledger_imbalance',
      help: 'Sum of points over all accounts of a district; anything but 0 is an incident',
      labelNames: ['district'] as const,
      registers,
    }),
    ...backupGauges(registers),
    auditUnsealedSeconds: new Gauge({
      name: 'audit_unsealed_seconds',
      help: 'Age of the oldest audit row that is not sealed into the chain',
      labelNames: ['district'] as const,
      registers,
    }),
  }
}

function backupGauges(registers: Registry[]) {
  return {
    backupAgeSeconds: new Gauge({
      name: 'backup_age_seconds',
      help: 'Since the last backup that can be restored began; missing when there is none',
      registers,
    }),
    backupDrillAgeSeconds: new Gauge({
      name: 'backup_drill_age_seconds',
      help: 'Since the last restore drill that found nothing wrong; missing when there is none',
      registers,
    }),
    backupFreeBytes: new Gauge({
      name: 'backup_free_bytes',
      help: 'Free space where the backups lie',
      registers,
    }),
    logArchiveLagSeconds: new Gauge({
      name: 'log_archive_lag_seconds',
      help: 'Since the archive of the database log was last known to be complete: what a lost disk would cost',
      registers,
    }),
  }
}
