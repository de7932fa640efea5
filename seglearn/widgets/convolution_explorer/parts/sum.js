/** The sum behind one output cell: a chip for every product, or, of a large kernel, for every row of products. */
import { taps } from "../../web/core/convolution.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { brief } from "./board.js";

const MOST_CHIPS = 25;
const MOST_ROWS = 7;

/** What the chip of a row of products lights: each of its taps. */
export const ROW_TERMS = Object.fromEntries(
  Array.from({ length: MOST_ROWS }, (_, i) => [`row-${i}`, Array.from({ length: MOST_ROWS }, (_, j) => `t-${i}-${j}`)]),
);

/**
 * @param {Shell} shell
 * @param {import("./desk.js").Desk} desk
 */
export function createSum({ light }, desk) {
  const el = h("div", {
    class: "sum",
    role: "group",
    "aria-label": strings.sum.label,
    "data-testid": "sum",
  });
  let key = null;
  return {
    el,
    /** @param {number[][] | null} output rows of numbers */
    draw(state, output) {
      const [r, c] = desk.cell;
      const list = output ? taps(state, r, c) : [];
      const next = output ? JSON.stringify([r, c, list, state.divisor]) : "";
      if (next === key) return;
      key = next;
      if (!output) return el.replaceChildren(strings.sum.none);
      const chips = list.length > MOST_CHIPS ? rowChips(list, light) : tapChips(list, state, light);
      const total = list.reduce((all, { x, w }) => all + x * w, 0);
      const divided =
        state.divisor === 1
          ? strings.sum.equals
          : `${strings.sum.equals} ${brief(total, 2)} ${strings.sum.divided(state.divisor)}`;
      const result = h("strong", { class: "result", "data-testid": "result" }, brief(output[r][c], 2));
      el.replaceChildren(
        h("span", { class: "lead" }, strings.sum.short(r + 1, c + 1)),
        ...chips.flatMap((chip, at) => (at ? [h("span", { class: "plus" }, "+"), chip] : [chip])),
        h("span", { class: "end" }, divided, result),
      );
    },
  };
}

const signOf = (x) => (x < 0 ? " minus" : x === 0 ? " zero" : "");

function tapChips(list, state, light) {
  return list.map(({ i, j, row, col, x, w }) => {
    const outside = state.image[row]?.[col] === undefined;
    const chip = h(
      "span",
      { class: `chip${signOf(w)}${outside ? " outside" : ""}`, title: outside ? strings.sum.padding : "" },
      brief(x, 2),
      h("i", {}, " × "),
      h("b", {}, brief(w, 2)),
    );
    return light.bind(chip, { part: `t-${i}-${j}` });
  });
}

function rowChips(list, light) {
  const side = Math.sqrt(list.length);
  return Array.from({ length: side }, (_, i) => {
    const row = list.slice(i * side, (i + 1) * side);
    const sum = row.reduce((all, { x, w }) => all + x * w, 0);
    const chip = h(
      "span",
      { class: `chip${signOf(sum)}` },
      h("i", {}, `${strings.sum.row(i + 1)} `),
      h("b", {}, brief(sum, 2)),
    );
    return light.bind(chip, { term: `row-${i}` });
  });
}
