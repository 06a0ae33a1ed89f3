/** How the pages are built: into `dist`, in files of their own, so that a strict content security policy can hold. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { defineConfig, type Plugin } from "vite";

/** Writes a compressed copy beside every asset, so that the gateway never compresses while it answers. */
const compressed: Plugin = {
  name: "compressed",
  async writeBundle({ dir = "" }, bundle) {
    const assets = Object.keys(bundle).filter((name) => /^assets\/.*\.(js|css|ttf)$/.test(name));
    await Promise.all(
      assets.map(async (name) => {
        const file = join(dir, name);
        await writeFile(`${file}.gz`, await promisify(gzip)(await readFile(file), { level: 9 }));
      }),
    );
  },
};

export default defineConfig({
  root: "explorer",
  base: "./",
  plugins: [compressed],
  // pages.py puts a new value in its place with every answer.
  html: { cspNonce: "NONCE" },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // Monaco comes as one piece of three megabytes, which the browser then keeps.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      onLog(level, log, report) {
        // Libraries mark modules for servers that render React. Nothing here does.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") report(level, log);
      },
    },
    license: { fileName: "licences.md" },
  },
  worker: { format: "es" },
});
