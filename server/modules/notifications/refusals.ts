import { notifications } from '#i18n/messages/notifications.ts'
import { refusalsOf } from '#platform/refusal.ts'

export const refuse = refusalsOf('notifications', notifications, { 'receipt-unknown': 404 })
