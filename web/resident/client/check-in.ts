/** A page whose code changes loads itself again when the code has; without scripts there is a link. */
export function reloadInTime(): void {
  const seconds = Number(document.querySelector<HTMLElement>('[data-reload-seconds]')?.dataset['reloadSeconds'])
  if (seconds > 0) setTimeout(() => location.reload(), seconds * 1000)
}

const KEY = 'huiyin-device'

/** A name that this browser gave itself: many people on one device show, and nothing else does. */
export function nameDevice(): void {
  for (const field of document.querySelectorAll<HTMLInputElement>('input[name="device"]')) {
    try {
      const name = localStorage.getItem(KEY) ?? crypto.randomUUID()
      localStorage.setItem(KEY, name)
      field.value = name
    } catch {
      // A browser that keeps nothing is not named.
    }
  }
}
