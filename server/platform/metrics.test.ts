import { register } from 'prom-client'
import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

const idlePool = () => ({ total: 0, idle: 0, waiting: 0 })

test('a request is counted under its method, route and status, in the bounds of the objectives', async () => {
  const metrics = createMetrics(idlePool)
  metrics.observeRequest({ method: 'POST', route: '/api/v1/orders', status: 201, seconds: 0.1 })
  metrics.observeRequest({ method: 'POST', route: '/api/v1/orders', status: 201, seconds: 0.2 })
  metrics.observeRequest({ method: 'GET', route: undefined, status: 404, seconds: 0.001 })
  const text = await metrics.render()
  const series = 'method="POST",route="/api/v1/orders",status="201"'
  expect(text).toContain(`http_request_duration_seconds_bucket{le="0.12",${series}} 1`)
  expect(text).toContain(`http_request_duration_seconds_bucket{le="0.25",${series}} 2`)
  expect(text).toContain(`http_request_duration_seconds_count{${series}} 2`)
  expect(text).toContain('http_request_duration_seconds_count{method="GET",route="(none)",status="404"} 1')
})

test('the pool is asked at each scrape', async () => {
  let waiting = 0
  const metrics = createMetrics(() => ({ total: 10, idle: 4, waiting }))
  expect(await metrics.render()).toMatch(/^db_pool_total 10\n[^]*^db_pool_idle 4\n[^]*^db_pool_waiting 0$/m)
  waiting = 7
  expect(await metrics.render()).toMatch(/^db_pool_waiting 7$/m)
})

test('the gauges of jobs, messages, codes, ledger and audit carry their names and labels', async () => {
  const metrics = createMetrics(idlePool)
  metrics.jobLagSeconds.set({ queue: 'notify' }, 1.5)
  metrics.notifyWithin10s.set(0.97)
  metrics.otpConversion.set(0.8)
  metrics.ledgerImbalance.set({ district: 110119 }, 0)
  metrics.auditUnsealedSeconds.set({ district: 110119 }, 2)
  const lines = (await metrics.render()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'job_lag_seconds{queue="notify"} 1.5',
      'notify_within_10s 0.97',
      'otp_conversion 0.8',
      'ledger_imbalance{district="110119"} 0',
      'audit_unsealed_seconds{district="110119"} 2',
    ]),
  )
  expect(metrics.contentType).toContain('text/plain')
})

test('process metrics are included, registries are separate and the global one stays empty', async () => {
  const [first, second] = [createMetrics(idlePool), createMetrics(idlePool)]
  first.notifyWithin10s.set(0.5)
  expect(await first.render()).toMatch(/^process_resident_memory_bytes \d+/m)
  expect(await second.render()).not.toContain('notify_within_10s 0.5')
  expect(register.getMetricsAsArray()).toEqual([])
})
