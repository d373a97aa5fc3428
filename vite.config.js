// The pages' assets: two faces, two entries each (style and behaviour), one manifest that
// `acuerdo.web.assets` reads. Built at set-up and for the wheel, never committed.
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

const ui = "src/acuerdo/web/ui";

export default defineConfig({
  base: "/static/web/dist/",
  publicDir: false,
  plugins: [tailwindcss()],
  build: {
    outDir: "src/acuerdo/web/static/web/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    target: "es2021",
    rolldownOptions: {
      input: [`${ui}/work.ts`, `${ui}/work.css`, `${ui}/debtor.ts`, `${ui}/debtor.css`],
    },
  },
});
