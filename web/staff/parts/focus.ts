/** As a ref: what appears far from where it was asked for takes the focus and comes into view. */
export function goThereOnAppearing(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true })
  element?.scrollIntoView({ block: 'start' })
}

/** As a ref: takes the focus when it appears, where what had the focus has just gone. */
export function focusOnAppearing(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true })
}
