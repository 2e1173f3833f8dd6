import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Old phones whose browser is not updated any more: WebViews of 2021 and the first Safari with WebP. */
const BROWSERS = ['chrome87', 'safari14']

/** Two builds from one configuration: the browser's part, and with `--ssr` the pages for the server. */
export default defineConfig(({ isSsrBuild }) => ({
  root: here('.'),
  base: '/',
  publicDir: isSsrBuild === true ? false : here('public'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // The bundle needs no packages at run time: what it uses is in it.
  ssr: { noExternal: true },
  build:
    isSsrBuild === true
      ? {
          outDir: here('../../dist/resident/server'),
          emptyOutDir: true,
          target: 'node24',
          ssr: true,
          rolldownOptions: { input: here('server.tsx'), output: { entryFileNames: 'pages.js' } },
        }
      : {
          outDir: here('../../dist/resident/client'),
          emptyOutDir: true,
          target: BROWSERS,
          cssTarget: BROWSERS,
          manifest: true,
          modulePreload: { polyfill: false },
          rolldownOptions: { input: here('client/main.ts') },
        },
}))
