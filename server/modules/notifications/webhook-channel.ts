import { createHmac } from 'node:crypto'
import canonicalize from 'canonicalize'
import * as z from 'zod/mini'
import type { Gateway } from './channel.ts'

const TIMEOUT_MILLISECONDS = 3_000
const answerSchema = z.object({ gatewayId: z.string().check(z.minLength(1), z.maxLength(100)) })

/**
 * Posts each message to the operator's gateway as JSON `{id, locale, params, template, to}` in canonical form (RFC 8785),
 * signed as `x-gateway-signature`: HMAC-SHA-256 of the body in hexadecimal, like the gateway's own reports to us.
 * The gateway answers 2xx with `{gatewayId}` within 3 s.
 * @param options `origin`: public address of this server, put before links that are paths
 */
export function webhookChannel(options: {
  url: string
  secret: string
  origin: string
  timeoutMilliseconds?: number
}): Gateway {
  return {
    name: 'webhook',
    async deliver(message) {
      const { link } = message.params
      const isPath = typeof link === 'string' && link.startsWith('/')
      const params = isPath ? { ...message.params, link: `${options.origin}${link}` } : message.params
      const body = canonicalize({ ...message, params })
      if (body === undefined) throw new TypeError('A message is an object.')
      const response = await fetch(options.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'x-gateway-signature': createHmac('sha256', options.secret).update(body).digest('hex'),
        },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(options.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS),
      })
      if (!response.ok) throw new Error(`The message gateway answered ${response.status}.`)
      return { gatewayId: z.parse(answerSchema, await response.json()).gatewayId }
    },
  }
}
