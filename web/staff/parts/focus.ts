/** As a ref: takes the focus when it appears, where what had the focus has just gone. */
export function focusOnAppearing(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true })
}
