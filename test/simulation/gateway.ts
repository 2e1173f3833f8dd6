/** The message gateway of a simulated district: it takes messages or is down, and reports later what became of them. */
import type { Gateway as MessageGateway } from '../../server/modules/notifications/index.ts'

export interface Gateway extends MessageGateway {
  /** Until when it takes nothing, in milliseconds of business time. */
  downUntil: number
  /** Whether it refused something that may still wait. */
  hasRefused: boolean
}

export function openGateway(clock: { now(): number }): Gateway {
  const gateway: Gateway = {
    name: 'simulated-gateway',
    downUntil: 0,
    hasRefused: false,
    async deliver(message) {
      gateway.hasRefused ||= clock.now() < gateway.downUntil
      if (clock.now() < gateway.downUntil) throw new Error('the gateway is down')
      return { gatewayId: `g-${message.id}` }
    },
  }
  return gateway
}
