// Bundles every room ../NAME with a widget.js into ../static/NAME.js: one self-contained, minified ES module each, and
// for every other language that web/words/ holds into ../static/LANGUAGE/NAME.js, from the same source.
// `node build.mjs --out DIR` writes elsewhere (a test does, and compares with what is committed), `--language en-XA`
// builds one language only, here the made-up one (pseudo.mjs), and `--only NAME` one widget.

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";
import { pseudoTable } from "./pseudo.mjs";

const LIMIT = 32; // KB gzipped, each bundle: a visitor on a slow line waits for nothing
const here = path.dirname(fileURLToPath(import.meta.url));
const rooms = path.join(here, "..");
const { values: flags } = parseArgs({
  options: { out: { type: "string" }, language: { type: "string" }, only: { type: "string" } },
});
const outdir = path.resolve(flags.out ?? path.join(rooms, "static"));

const ENGLISH = "en";
const PSEUDO = "en-XA";
const tables = (await readdir(path.join(here, "words"))).map((file) => path.parse(file).name).sort();
const languages = flags.language ? [flags.language] : tables;
if (flags.language && ![...tables, PSEUDO].includes(flags.language)) {
  console.error(`no language ${flags.language}; there are ${[...tables, PSEUDO].join(", ")}`);
  process.exit(1);
}

/** Style sheets become minified strings, so that a bundle carries its own; `shorten(css, file)` may leave rules out. */
const cssAsText = (shorten) => ({
  name: "css-as-text",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const { code } = await transform(await readFile(file, "utf8"), { loader: "css", minify: true });
      return { contents: shorten(code.trim(), file), loader: "text" };
    });
  },
});

/** A minified style sheet without the rules for a class, and the colours, that nothing in `rest` of a bundle names. */
function namedIn(rest, css) {
  const names = new Set(rest.match(/[\w-]+/g));
  // What stands in brackets only narrows a rule down.
  const used = (selector) =>
    (selector.replace(/\([^)]*\)/g, "").match(/\.[a-z][\w-]*/g) ?? []).every((name) => names.has(name.slice(1)));
  const rules = css.replace(/([^{};]+)(\{[^{}]*\})/g, (_, selectors, body) => {
    const kept = selectors.split(/,(?![^(]*\))/).filter(used);
    return kept.length ? kept.join(",") + body : "";
  });
  const colors = rules.replace(/--([\w-]+): light-dark\([^;]*;/g, (declared, name) =>
    names.has(name) || names.has(`--${name}`) || rules.includes(`var(--${name})`) ? declared : "",
  );
  return colors.replace(/@[^{};]+\{\}/g, "");
}

/** Sources import words/en.js; in another language they get the table beside it. */
const wordsIn = (language) => ({
  name: "words",
  setup({ onResolve, onLoad }) {
    // In English a class has its own name, and no bundle needs a table that says so.
    if (language === ENGLISH)
      onLoad({ filter: /[\\/]ui[\\/]names\.js$/ }, () => ({ contents: "export const className = (name) => name;" }));
    if (language === PSEUDO)
      onLoad({ filter: /[\\/]words[\\/]en\.js$/ }, async ({ path: file }) => ({
        contents: pseudoTable(await readFile(file, "utf8")),
      }));
    else if (language !== ENGLISH)
      onResolve({ filter: /\/words\/en\.js$/ }, ({ path: file, resolveDir }) => ({
        path: path.join(resolveDir, path.dirname(file), `${language}.js`),
      }));
  },
});

const common = {
  absWorkingDir: here,
  bundle: true,
  write: false,
  format: "esm",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: "es2022",
};

/** Build one widget in one language, and say what is wrong with its bundle. */
async function bundle(name, language) {
  const file = path.join(language === ENGLISH ? "" : language, `${name}.js`);
  // Style sheets beside each other compress better, and so do words and the parts of a room.
  const parts = existsSync(path.join(rooms, name, "parts")) ? await readdir(path.join(rooms, name, "parts")) : [];
  const alike = ["./style.css", "../web/ui/theme.css", "../web/words/en.js", "./words/en.js"];
  alike.push(...parts.sort().map((file) => `./parts/${file}`));
  const first = existsSync(path.join(rooms, name, "style.css")) ? alike : []; // browser_check stands outside the shell
  const contents = [...first.map((file) => `import "${file}";`), 'export { default } from "./widget.js";'].join("");
  const built = async (shorten) => {
    const { outputFiles } = await build({
      ...common,
      stdin: { contents, resolveDir: path.join(rooms, name) },
      plugins: [cssAsText(shorten), wordsIn(language)],
    });
    return outputFiles[0].text;
  };
  const theme = (change) => (css, sheet) => (path.basename(sheet) === "theme.css" ? change(css) : css);
  const rest = await built(theme(() => ""));
  const whole = await built(theme((css) => namedIn(rest, css)));
  // Names given anew in the order of their use are alike in many places, and compress better; nothing else is changed.
  const { code: text } = await minify(whole, { module: true, compress: false });
  await mkdir(path.dirname(path.join(outdir, file)), { recursive: true });
  await writeFile(path.join(outdir, file), text);
  const size = gzipSync(text, { level: 9 }).length;
  console.log(`${file.padEnd(28)} ${(size / 1024).toFixed(1).padStart(5)} KB gzipped`);
  // The made-up language is longer than any, and no visitor loads it.
  const limit = 1024 * LIMIT;
  if (size > limit && language !== PSEUDO) complain(`${file} is ${size} bytes gzipped; the limit is ${limit}`);
  // The module is inlined in static pages, where these would end the script element early.
  if (/<\/script|<!--/i.test(text)) complain(`${file} contains "</script" or "<!--" and cannot be inlined in a page`);
}

function complain(text) {
  console.error(text);
  process.exitCode = 1;
}

const names = (await readdir(rooms)).filter((name) => existsSync(path.join(rooms, name, "widget.js"))).sort();
for (const language of languages) for (const name of flags.only ? [flags.only] : names) await bundle(name, language);
