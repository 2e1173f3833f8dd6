/** What every answer tells the browser, made once: what a browser may load, show, guess and tell others (OWASP secure headers). */
export const CONTENT_SECURITY_POLICY: string = [
  "default-src 'self'",
  // antd writes its styles into the page at run time; scripts stay strict.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join(';')

const HSTS_SECONDS = 365 * 24 * 3600

/** @param origin only a server that is reached by https may ask browsers to come by https alone */
export function securityHeaders(origin: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    // With no-referrer older browsers send `Origin: null` with forms, which the same-origin check could not accept.
    'referrer-policy': 'same-origin',
    ...(origin.startsWith('https:') && {
      'strict-transport-security': `max-age=${HSTS_SECONDS}; includeSubDomains`,
    }),
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'SAMEORIGIN',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
  }
}
