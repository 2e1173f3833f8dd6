/** Shows the button that reads the page aloud, once a voice for the page's language is there. */
export function offerReading(): void {
  const button = document.querySelector<HTMLButtonElement>('[data-read-aloud]')
  if (button === null || !('speechSynthesis' in window)) return
  const language = (button.dataset['readAloud'] ?? 'zh').slice(0, 2)
  const find = () => window.speechSynthesis.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(language))
  const show = () => {
    if (find() !== undefined) button.hidden = false
  }
  const start = button.textContent
  let reading = false
  const stop = () => {
    reading = false
    window.speechSynthesis.cancel()
    button.textContent = start
  }
  button.addEventListener('click', () => {
    if (reading) return stop()
    reading = true
    button.textContent = button.dataset['stop'] ?? ''
    const parts = [...document.querySelectorAll('#main h1, #main h2, #main h3, #main p, #main li, #main dt, #main dd')]
      .filter((part) => part.querySelector('p, li, h3') === null)
      .map((part) => part.textContent.trim())
      .filter((text) => text !== '')
    // One utterance a part: some engines fall silent in a long text.
    for (const [index, text] of parts.entries()) {
      const utterance = new SpeechSynthesisUtterance(text)
      const voice = find()
      if (voice !== undefined) utterance.voice = voice
      utterance.lang = button.dataset['readAloud'] ?? 'zh-CN'
      utterance.rate = 0.9
      if (index === parts.length - 1) utterance.addEventListener('end', stop)
      window.speechSynthesis.speak(utterance)
    }
    return undefined
  })
  window.addEventListener('pagehide', () => window.speechSynthesis.cancel())
  window.speechSynthesis.addEventListener('voiceschanged', show)
  show()
}
