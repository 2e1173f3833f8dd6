import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import canonicalize from 'canonicalize'
import { Refusal } from '#platform/refusal.ts'
import type { HttpHost } from './app.ts'

/** A message gateway signs its report with HMAC-SHA-256 over the canonical body (RFC 8785), in hexadecimal. */
export function requireGateway(host: HttpHost, request: FastifyRequest): void {
  const given = Buffer.from(String(request.headers['x-gateway-signature'] ?? ''), 'hex')
  if (host.gatewaySecret !== null) {
    const wanted = createHmac('sha256', host.gatewaySecret).update(canonicalBody(request)).digest()
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return
  }
  throw new Refusal('platform.gateway-signature', 401, {})
}

/** A body that has no canonical form (half a surrogate pair) cannot have been signed. */
function canonicalBody(request: FastifyRequest): string {
  try {
    return canonicalize(request.body ?? null) ?? ''
  } catch {
    throw new Refusal('platform.gateway-signature', 401, {})
  }
}
