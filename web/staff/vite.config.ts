import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The console is served by the same server under /staff/; `npx vite -c web/staff/vite.config.ts` proxies to a running one. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/staff/',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/staff', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: {
        console: fileURLToPath(new URL('index.html', import.meta.url)),
        collect: fileURLToPath(new URL('collect.html', import.meta.url)),
        'collect-worker': fileURLToPath(new URL('collect/worker.ts', import.meta.url)),
      },
      // A service worker is found again by its name, so that one bears no hash.
      output: { entryFileNames: ({ name }) => (name === 'collect-worker' ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000', '/version': 'http://127.0.0.1:3000' } },
})
