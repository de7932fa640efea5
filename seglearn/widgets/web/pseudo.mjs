// The made-up language en-XA: each word of an English table between brackets, with accents and a third longer. A word
// without brackets on the screen did not come from a table; a word that is cut had no room for a longer language.

import { parse } from "acorn";

const ACCENTS = Object.fromEntries(
  [..."aceghilnorsuwyzACEGHILNORSUWYZ"].map((letter, i) => [letter, [..."áçéĝĥíĺñóŕšúŵýžÁÇÉĜĤÍĹÑÓŔŠÚŴÝŽ"][i]]),
);
const WORD = /\p{L}+(?:['’-]\p{L}+)*/gu;

/**
 * @param {string} text
 * @returns {string} with each word as "[ŵóŕd~]"; the brackets count as part of the third
 */
export const pseudo = (text) =>
  text.replace(WORD, (word) => {
    const accented = [...word].map((letter) => ACCENTS[letter] ?? letter).join("");
    return `[${accented.padEnd(Math.ceil((4 * word.length) / 3) - 2, "~")}]`;
  });

/**
 * The source of a table, with every text in it made up; what stands between `${` and `}` runs as before.
 * @param {string} source of a words/en.js
 * @returns {string}
 */
export function pseudoTable(source) {
  const changes = [];
  visit(parse(source, { ecmaVersion: "latest", sourceType: "module" }), (node) => {
    if (node.type === "TemplateElement") changes.push([node.start, node.end, escaped(pseudo(node.value.cooked))]);
    else if (typeof node.value === "string") changes.push([node.start, node.end, JSON.stringify(pseudo(node.value))]);
  });
  return changes
    .sort((a, b) => b[0] - a[0])
    .reduce((all, [from, to, text]) => all.slice(0, from) + text + all.slice(to), source);
}

const escaped = (text) => text.replace(/[\\`]|\$\{/g, "\\$&");

/** Meet every literal text that is shown: not one that names a file, a key or a language, nor one that is compared with. */
function visit(node, meet) {
  if (Array.isArray(node)) {
    for (const child of node) visit(child, meet);
    return;
  }
  if (!node?.type || /^(Import|ExportAll)/.test(node.type) || node.id?.name === "language") return;
  if (node.type === "Literal" || node.type === "TemplateElement") meet(node);
  const names =
    (node.type === "Property" && !node.computed && ["key"]) ||
    (node.type === "MemberExpression" && ["property"]) ||
    (/^[!=]==?$/.test(node.operator) && ["left", "right"]) ||
    [];
  for (const [name, child] of Object.entries(node)) if (!names.includes(name)) visit(child, meet);
}
