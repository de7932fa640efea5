// Tables of words: plain, of one shape in every language, and replaced by another language down to the last word.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { pseudo, pseudoTable } from "../pseudo.mjs";
import { count, decimal, percent, plural, score } from "../ui/format.js";
import { className } from "../ui/names.js";

const web = fileURLToPath(new URL("..", import.meta.url));
const widgets = path.join(web, "..");
const folders = [
  path.join(web, "words"),
  ...readdirSync(widgets)
    .filter((name) => existsSync(path.join(widgets, name, "widget.js")))
    .map((name) => path.join(widgets, name, "words")),
];
const BARE = /\p{L}{2,}/u;
const bare = (text) => text.replace(/\[[^\]]*\]/g, "");

/** The table that a source makes. */
async function table(source, folder) {
  const stdin = { contents: source, resolveDir: folder };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: "esm" });
  const { strings, classes = {} } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return { ...strings, classes };
}

/** Its entries as "a.b.c: kind"; a text that counts or measures may be a function in one language and plain in another. */
function entries(words, where = "") {
  if (typeof words === "string" || typeof words === "function") return [`${where}: text`];
  assert.ok(words && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(words)), `${where} is no text`);
  return Object.entries(words).flatMap(([key, value]) => entries(value, `${where}.${key}`));
}

const texts = (words) => (typeof words === "string" ? [words] : Object.values(words).flatMap(texts));

for (const folder of folders) {
  const name = path.relative(widgets, folder);
  const english = readFileSync(path.join(folder, "en.js"), "utf8");

  test(`${name}: every language has the entries of the English table, and nothing else`, async () => {
    const asked = entries(await table(english, folder)).sort();
    assert.deepEqual(readdirSync(folder).sort(), readdirSync(path.join(web, "words")).sort());
    for (const file of readdirSync(folder)) {
      const other = await table(readFileSync(path.join(folder, file), "utf8"), folder);
      assert.deepEqual(entries(other).sort(), asked, file);
    }
  });

  test(`${name}: the made-up language leaves no word, and no entry out`, async () => {
    const [words, made] = [await table(english, folder), await table(pseudoTable(english), folder)];
    assert.deepEqual(entries(made), entries(words));
    for (const text of texts(made)) assert.doesNotMatch(bare(text), BARE);
  });
}

test("the made-up language puts words into brackets and makes them a third longer", () => {
  assert.equal(pseudo("The IoU of 2 boxes, don't"), "[Tĥé] [ÍóÚ] [óf] 2 [bóxéš], [dóñ't]");
  assert.equal(pseudo("pictures"), "[píçtúŕéš~]");
  for (const word of ["a", "to", "pixels", "classification"]) assert.ok(pseudo(word).length >= (4 / 3) * word.length);
});

test("the made-up language keeps keys, comparisons, imports and what a text is given", async () => {
  const made = await table(
    `const unit = "px";
     export const strings = {
       "to-b": "to b",
       size: (n, kind) => \`\${n} \${unit} \${kind === "wide" ? "broad" : "narrow"} \\\`x\\\`\`,
       of: { wide: ["one", "two"] }["wide"],
     };`,
    web,
  );
  assert.equal(made.size(3, "wide"), "3 px broad `x`");
  const source = `export const strings = { size: (n, kind) => \`\${n} \${kind === "wide" ? "broad" : "narrow"} is\` };`;
  const { size } = await table(pseudoTable(source), web);
  assert.equal(size(3, "wide"), "3 [bŕóád] [íš]");
  assert.equal(size("px", "tall"), "px [ñáŕŕóŵ] [íš]");
});

test("numbers read as before, and the form of a word goes with its number", () => {
  assert.deepEqual([0, -999, 1234, 1234567, "12345"].map(count), [
    "0",
    "−999",
    "1\u202f234",
    "1\u202f234\u202f567",
    "12\u202f345",
  ]);
  assert.deepEqual(
    [0.5, 1234.5678, -0.0001, -0.5].map((x) => decimal(x, 3)),
    ["0.500", "1234.568", "0.000", "−0.500"],
  );
  assert.deepEqual([1 / 3, null, undefined, Number.NaN].map(score), ["0.333", "–", "–", "–"]);
  assert.equal(percent(0.8405, 2), "84.05\u202f%");
  const forms = { one: "pixel", other: "pixels" };
  assert.deepEqual(
    [0, 1, 2].map((n) => plural(n, forms)),
    ["pixels", "pixel", "pixels"],
  );
});

test("a class of the course has a name in the language, and any other keeps its own", () => {
  assert.deepEqual(["road", "my class", "constructor"].map(className), ["road", "my class", "constructor"]);
});
