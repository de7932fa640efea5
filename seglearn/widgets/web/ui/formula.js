/**
 * Formulas in native MathML. Build the markup with the helpers, then `createFormula(light, label)`:
 *
 *   const f = createFormula(shell.light, "Intersection over union");
 *   f.show(row(text("IoU"), op("="), frac(term("intersection", area("A∩B")), term("union", area("A∪B")))),
 *          row(op("="), frac(term("intersection", value("n")), term("union", value("d")))));
 *   f.values({ n: "412", d: "1 236" });      // cheap: call it in the drag loop
 *
 * show() takes several pieces; where they do not fit side by side, the line breaks between them.
 * Terms can be hovered, and focused where they have a label; both light what they are made of (see light.js).
 */
import { elementsOf, h } from "./dom.js";

/** @param {...string} parts */
export const row = (...parts) => `<mrow>${parts.join("")}</mrow>`;
/**
 * @param {string} over
 * @param {string} under
 */
export const frac = (over, under) => `<mfrac>${over}${under}</mfrac>`;
/**
 * @param {string} base
 * @param {string} index
 */
export const sub = (base, index) => `<msub>${base}${index}</msub>`;
/** @param {string} name */
export const ident = (name) => `<mi mathvariant="normal">${name}</mi>`;
/** @param {string} name */
export const variable = (name) => `<mi>${name}</mi>`;
/** @param {string} words */
export const text = (words) => `<mtext>${words}</mtext>`;
/** @param {string} sign */
export const op = (sign) => `<mo>${sign}</mo>`;
/** @param {string | number} digits */
export const number = (digits) => `<mn>${digits}</mn>`;
/**
 * |x|: bars that do not stretch, so that a line of terms keeps one height.
 * @param {...string} inside
 */
export const area = (...inside) =>
  `<mrow><mo form="prefix" stretchy="false">|</mo>${inside.join("")}<mo form="postfix" stretchy="false">|</mo></mrow>`;
/**
 * A number that changes; `values({name})` fills it.
 * @param {string} name
 */
export const value = (name) => `<mn data-value="${name}">–</mn>`;
/**
 * A term that lights up. With a label, which is then spoken, it can be focused; without, only pointed at.
 * @param {string} name
 * @param {string} inside
 * @param {string} [label]
 */
export const term = (name, inside, label = "") =>
  `<mrow data-term="${name}"${label ? ` role="group" tabindex="0" aria-label="${label}"` : ""}>${inside}</mrow>`;

/**
 * A place for a formula; see above.
 * @param {Light} light
 * @param {string} label
 * @returns {{ el: HTMLElement, show(...pieces: string[]): void, values(table: Record<string, string>): void }}
 */
export function createFormula(light, label) {
  const el = h("div", { class: "formula", role: "group", "aria-label": label, "data-testid": "formula" });
  return {
    el,
    show(...pieces) {
      el.innerHTML = pieces.map((markup) => `<math displaystyle="true">${markup}</math>`).join("");
      for (const node of elementsOf(el, "[data-term]")) light.bind(node, { term: node.dataset.term });
    },
    values(table) {
      for (const node of elementsOf(el, "[data-value]")) {
        const next = table[node.dataset.value ?? ""];
        if (next !== undefined && node.textContent !== next) node.textContent = next;
      }
    },
  };
}
