import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';
import { contentPolicy } from './ui/content-policy.ts';

/**
 * Builds one page of ui/ into a single file, dist/ui/<page>/index.html: `vite build --config vite.ui.config.ts --mode <page>`.
 * Scripts and styles stand in the page itself, so that it also opens from disk, where browsers load no modules.
 */
export default defineConfig(({ mode }) => ({
  root: 'ui',
  logLevel: 'warn',
  plugins: [preact({ devToolsEnabled: false }), viteSingleFile({ removeViteModuleLoader: true }), contentPolicy()],
  build: {
    outDir: '../dist/ui',
    emptyOutDir: false,
    target: 'es2022',
    rolldownOptions: { input: `ui/${mode}/index.html` },
  },
}));
