// The pages' assets: two faces, two entries each (style and behaviour), one manifest that
// `acuerdo.web.assets` reads. Built at set-up and for the wheel, never committed. Each text file
// gets a .br and a .gz beside it, which the server sends to browsers that take them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

const ui = "src/acuerdo/web/ui";
const outDir = "src/acuerdo/web/static/web/dist";

const compress = {
  name: "compress",
  closeBundle() {
    const folder = join(outDir, "assets");
    for (const name of readdirSync(folder)) {
      if (!/\.(css|js|svg)$/.test(name)) continue;
      const data = readFileSync(join(folder, name));
      writeFileSync(join(folder, `${name}.gz`), gzipSync(data, { level: 9 }));
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(data));
    }
  },
};

export default defineConfig({
  base: "/static/web/dist/",
  publicDir: false,
  plugins: [tailwindcss(), compress],
  build: {
    outDir,
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    target: "es2021",
    rolldownOptions: {
      input: [`${ui}/work.ts`, `${ui}/work.css`, `${ui}/debtor.ts`, `${ui}/debtor.css`],
    },
  },
});
