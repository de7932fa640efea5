/**
 * "Copy as Python": names and numbers come from the reader, from a page or from a saved notebook, and what is copied is
 * run. So each of them is written as a literal, on one line, and never into a comment.
 */

/**
 * A value as Python source: None, True, False, a number, a list or a string, and nothing else.
 * @param {unknown} value
 * @returns {string}
 */
export function pythonLiteral(value) {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : `float("${value}")`;
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  // JSON's escapes are Python's too; beyond them, what cannot be seen (line ends, directions, joiners) is written as code.
  return JSON.stringify(String(value)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (unseen) => {
    const code = Number(unseen.codePointAt(0)).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/**
 * A parameter or a function: letters, digits and underscores, and nothing else.
 * @param {unknown} text
 * @returns {string}
 */
export const pythonName = (text) => String(text).replace(/^\d+|\W/g, "") || "_";

/**
 * Template tag for a piece of Python: whatever is put in becomes a literal.
 * @param {TemplateStringsArray} parts
 * @param {...unknown} values
 * @returns {string}
 */
export const py = (parts, ...values) => String.raw({ raw: parts }, ...values.map(pythonLiteral));
