import { catalogue } from './messages/catalogue.ts'
import { orders } from './messages/orders.ts'
import { orgs } from './messages/orgs.ts'
import { people } from './messages/people.ts'
import { platform } from './messages/platform.ts'
import { resident } from './messages/resident.ts'
import { validation } from './messages/validation.ts'

/** The Chinese source of every text, by module. */
export const chinese = {
  platform,
  validation,
  orgs,
  people,
  catalogue,
  orders,
  resident,
} as const
