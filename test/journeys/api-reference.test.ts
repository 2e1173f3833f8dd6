// Whoever connects another system opens /docs: it has to draw itself under the policy that browsers are given, from our server alone.
import { expect, test } from 'vitest'
import { JOURNEY_MILLISECONDS, openPlay } from '../support/journey.ts'

const play = openPlay()

test(
  'the reference of the API shows an operation, and asks nobody else for anything',
  async () => {
    const { visitor, server } = await play()
    const page = await visitor()
    const elsewhere: string[] = []
    const refused: string[] = []
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (protocol.startsWith('http') && origin !== server.origin) elsewhere.push(request.url())
    })
    page.on('console', (message) => {
      if (/content security policy/iu.test(message.text())) refused.push(message.text())
    })
    await page.goto('/docs')
    await page.getByRole('heading', { level: 1, name: 'Huiyin' }).waitFor()
    await page.getByText('/api/v1/orders', { exact: false }).first().waitFor()
    expect(new URL(page.url()).pathname).toBe('/docs/')
    expect(elsewhere).toEqual([])
    expect(refused).toEqual([])
  },
  JOURNEY_MILLISECONDS,
)
