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
import { h } from "./dom.js";

export const row = (...parts) => `<mrow>${parts.join("")}</mrow>`;
export const frac = (over, under) => `<mfrac>${over}${under}</mfrac>`;
export const sub = (base, index) => `<msub>${base}${index}</msub>`;
export const ident = (name) => `<mi mathvariant="normal">${name}</mi>`;
export const variable = (name) => `<mi>${name}</mi>`;
export const text = (words) => `<mtext>${words}</mtext>`;
export const op = (sign) => `<mo>${sign}</mo>`;
export const number = (digits) => `<mn>${digits}</mn>`;
/** |x|: bars that do not stretch, so that a line of terms keeps one height. */
export const area = (...inside) =>
  `<mrow><mo form="prefix" stretchy="false">|</mo>${inside.join("")}<mo form="postfix" stretchy="false">|</mo></mrow>`;
/** A number that changes; `values({name})` fills it. */
export const value = (name) => `<mn data-value="${name}">–</mn>`;
/** A term that lights up. With a label, which is then spoken, it can be focused; without, only pointed at. */
export const term = (name, inside, label = "") =>
  `<mrow data-term="${name}"${label ? ` role="group" tabindex="0" aria-label="${label}"` : ""}>${inside}</mrow>`;

export function createFormula(light, label) {
  const el = h("div", { class: "formula", role: "group", "aria-label": label, "data-testid": "formula" });
  return {
    el,
    show(...pieces) {
      el.innerHTML = pieces.map((markup) => `<math displaystyle="true">${markup}</math>`).join("");
      for (const node of el.querySelectorAll("[data-term]")) light.bind(node, { term: node.dataset.term });
    },
    values(table) {
      for (const node of el.querySelectorAll("[data-value]")) {
        const next = table[node.dataset.value];
        if (next !== undefined && node.textContent !== next) node.textContent = next;
      }
    },
  };
}
