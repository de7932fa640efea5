/** Numbers and their words, as the course writes them in the language of this bundle. */
import { language } from "../words/en.js";

/** @type {Map<number, Intl.NumberFormat>} */
const decimals = new Map();
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const plurals = new Intl.PluralRules(language);

/**
 * −12 345 with thin spaces, which read the same in every language, and a minus, not a hyphen.
 * @param {number | string} n whole
 * @returns {string}
 */
export const count = (n) =>
  whole
    .formatToParts(Number(n))
    .map(({ type, value }) => (type === "group" ? "\u202f" : value))
    .join("")
    .replace("-", "−");

/**
 * A number with so many digits after the point, or after what the language has for it; never "−0", and with a minus,
 * not a hyphen.
 * @param {number} x
 * @param {number} digits
 * @returns {string}
 */
export function decimal(x, digits) {
  if (!decimals.has(digits)) {
    const both = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    decimals.set(digits, new Intl.NumberFormat(language, { ...both, useGrouping: false, signDisplay: "negative" }));
  }
  return /** @type {Intl.NumberFormat} */ (decimals.get(digits)).format(x).replace("-", "−");
}

/**
 * A number with at most so many digits after the point: 0.5, not 0.500.
 * @param {number} x
 * @param {number} digits
 * @returns {string}
 */
export function trimmed(x, digits) {
  const rounded = Number(x.toFixed(digits));
  return decimal(rounded, String(rounded).split(".")[1]?.length ?? 0);
}

/**
 * A score to three decimals; a dash where it is undefined (0/0), which Python hands over as null.
 * @param {Score | undefined} x
 * @returns {string}
 */
export const score = (x) => (x == null || Number.isNaN(x) ? "–" : decimal(x, 3));

/**
 * A share as 84.05 %.
 * @param {Score | undefined} x
 * @param {number} [digits] after the point
 * @returns {string}
 */
export const percent = (x, digits = 1) => (x == null || Number.isNaN(x) ? "–" : `${decimal(100 * x, digits)}\u202f%`);

/**
 * The form that goes with a number, such as plural(n, { one: "pixel", other: "pixels" }); a language has the forms
 * that its rules name (zero, one, two, few, many), and other.
 * @param {number} n
 * @param {Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }} forms
 * @returns {string}
 */
export const plural = (n, forms) => forms[plurals.select(n)] ?? forms.other;
