/** Numbers as the course writes them. */

/**
 * 12 345 with thin spaces, which read the same in every language.
 * @param {number | string} n whole
 * @returns {string}
 */
export const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/**
 * A score to three decimals; a dash where it is undefined (0/0), which Python hands over as null.
 * @param {Score | undefined} x
 * @returns {string}
 */
export const score = (x) => (x == null || Number.isNaN(x) ? "–" : x.toFixed(3));

/**
 * A share as 84.05 %.
 * @param {Score | undefined} x
 * @param {number} [digits] after the point
 * @returns {string}
 */
export const percent = (x, digits = 1) => (x == null || Number.isNaN(x) ? "–" : `${(100 * x).toFixed(digits)}\u202f%`);
