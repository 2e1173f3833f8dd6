import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '#platform/log.ts'

/** A read that took longer is worth a line: the objective for 99 of 100 requests. */
const SLOW_MILLISECONDS = 250

/**
 * The line of one request: route, status and time, without query and without personal data. A read that went well and quickly
 * is counted among the metrics and leaves a line at `debug` alone (decision 0014).
 */
export function logAnswered(log: Log, request: FastifyRequest, reply: FastifyReply, route: string | undefined): void {
  const { method } = request
  const { statusCode: status, elapsedTime } = reply
  const isRoutine = (method === 'GET' || method === 'HEAD') && status < 400 && elapsedTime < SLOW_MILLISECONDS
  const level = isRoutine ? 'debug' : 'info'
  if (log.isLevelEnabled(level))
    log[level]({ reqId: request.id, method, route, status, ms: Math.round(elapsedTime) }, 'request')
}

/** A bug met by a request. Its answer gives the number that stands here. */
export function logUnexpected(request: FastifyRequest, error: unknown): void {
  request.log.error({ reqId: request.id, err: error, route: request.routeOptions.url }, 'unexpected error')
}
