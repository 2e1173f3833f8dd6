import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import canonicalize from 'canonicalize'
import { Refusal } from '#platform/refusal.ts'
import type { HttpHost } from './host.ts'

/** A message gateway signs its report with HMAC-SHA-256 over the canonical body (RFC 8785), in hexadecimal. */
export function requireGateway(host: HttpHost, request: FastifyRequest): void {
  const given = Buffer.from(String(request.headers['x-gateway-signature'] ?? ''), 'hex')
  const text = canonicalText(request.body)
  if (host.gatewaySecret !== null && text !== null) {
    const wanted = createHmac('sha256', host.gatewaySecret).update(text).digest()
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return
  }
  throw new Refusal('platform.gateway-signature', 401, {})
}

/** Null for what RFC 8785 has no form for, such as half a surrogate pair: nobody can have signed it. */
function canonicalText(body: unknown): string | null {
  try {
    return canonicalize(body ?? null) ?? null
  } catch {
    return null
  }
}
