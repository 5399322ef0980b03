/** Builds the page into the Python package: hashed files, each with .br and .gz siblings. */

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const OUT = fileURLToPath(new URL("../src/flight_search/services/static", import.meta.url));

/** What compresses well; a woff2 font is compressed already. */
const COMPRESSIBLE = /\.(html|js|css|svg|json|txt)$/;

/** Where `npm run dev` finds the server. */
const DEV_SERVER = process.env.FLIGHT_SEARCH_DEV_SERVER ?? "http://127.0.0.1:8080";

/** Writes `name.br` and `name.gz` beside each text file, so that no process compresses at run time. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    async closeBundle() {
      const entries = await readdir(OUT, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name));
      await Promise.all(
        files.map(async (file) => {
          const raw = await readFile(file);
          const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
          await writeFile(`${file}.br`, await promisify(brotliCompress)(raw, best));
          await writeFile(`${file}.gz`, await promisify(gzip)(raw, { level: 9 }));
        }),
      );
    },
  };
}

/** What ends up in the built page and is not ours. */
const SHIPPED = [
  "preact",
  "@preact/signals",
  "@preact/signals-core",
  "@fontsource-variable/geist",
  "d3-array",
  "d3-color",
  "d3-format",
  "d3-geo",
  "d3-interpolate",
  "d3-scale",
  "d3-time",
  "d3-time-format",
  "internmap",
  "topojson-client",
  "world-atlas",
];

/** Writes the licences of the packages that the page is made of beside it, as they ask for. */
function licences(): Plugin {
  return {
    name: "licences",
    apply: "build",
    async generateBundle() {
      const texts = SHIPPED.map(async (name) => {
        const folder = new URL(`node_modules/${name}/`, import.meta.url);
        const { version } = JSON.parse(await readFile(new URL("package.json", folder), "utf8")) as {
          version: string;
        };
        return `${name} ${version}\n\n${await readFile(new URL("LICENSE", folder), "utf8")}`;
      });
      const source = (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
}

export default defineConfig({
  plugins: [licences(), precompress()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        index: fileURLToPath(new URL("index.html", import.meta.url)),
        admin: fileURLToPath(new URL("admin.html", import.meta.url)),
      },
    },
    target: ["chrome123", "firefox125", "safari17.5"], // what knows light-dark()
    assetsInlineLimit: 0, // the content security policy allows files of our own only, no data: addresses
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/v1/chat": { target: DEV_SERVER, ws: true },
      "/v1": { target: DEV_SERVER },
    },
  },
});
