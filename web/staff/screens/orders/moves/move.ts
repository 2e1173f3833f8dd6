import type { OrderView } from '../../../../../contract/order-shapes.ts'

/** What the small form of every move gets. */
export interface MoveFormProps {
  readonly order: OrderView
  readonly onDone: (answer?: OrderView) => Promise<void>
  readonly onCancel: () => void
}
