// Bundles every room ../NAME with a widget.js into ../static/NAME.js: one self-contained, minified ES module each.
// `node build.mjs --out DIR` writes elsewhere (a test does, and compares with what is committed).

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const LIMIT = 32 * 1024; // bytes gzipped, each bundle: a visitor on a slow line waits for nothing
const here = path.dirname(fileURLToPath(import.meta.url));
const flag = process.argv.indexOf("--out");
const rooms = path.join(here, "..");
const outdir = flag > 0 ? path.resolve(process.argv[flag + 1]) : path.join(rooms, "static");

/** Style sheets become minified strings, so that a bundle carries its own. */
const cssAsText = {
  name: "css-as-text",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const { code } = await transform(await readFile(file, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** `import source from "worker:./x.js"` gives x.js, bundled with what it imports, as a string to make a worker of. */
const workerAsText = {
  name: "worker-as-text",
  setup({ onResolve, onLoad }) {
    const where = ({ path: file, resolveDir }) => ({
      path: path.join(resolveDir, file.slice("worker:".length)),
      namespace: "worker",
    });
    onResolve({ filter: /^worker:/ }, where);
    onLoad({ filter: /./, namespace: "worker" }, async ({ path: file }) => {
      const { outputFiles } = await build({ ...common, entryPoints: [file], format: "iife", write: false });
      return { contents: outputFiles[0].text.trim(), loader: "text" };
    });
  },
};

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: "es2022",
};

const names = (await readdir(rooms)).filter((name) => existsSync(path.join(rooms, name, "widget.js"))).sort();
for (const name of names) {
  const file = `${name}.js`;
  const entryPoints = [{ in: path.join(rooms, name, "widget.js"), out: name }];
  await build({ ...common, entryPoints, outdir, format: "esm", plugins: [cssAsText, workerAsText] });
  const bundle = await readFile(path.join(outdir, file), "utf8");
  const size = gzipSync(bundle, { level: 9 }).length;
  console.log(`${file.padEnd(28)} ${(size / 1024).toFixed(1).padStart(5)} KB gzipped`);
  if (size > LIMIT) {
    console.error(`${file} is ${size} bytes gzipped; the limit is ${LIMIT}`);
    process.exitCode = 1;
  }
  // The module is inlined in static pages, where these would end the script element early.
  if (/<\/script|<!--/i.test(bundle)) {
    console.error(`${file} contains "</script" or "<!--" and cannot be inlined in a page`);
    process.exitCode = 1;
  }
}
