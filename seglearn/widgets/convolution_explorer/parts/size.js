/** The size of the output: its formula, what the floor leaves over, and repairs where no window fits. */
import { numbersOf, repairs, sizes } from "../../web/core/convolution.js";
import { button } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { count } from "../../web/ui/format.js";
import { createFormula } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";
import { pieces } from "./formula.js";

/**
 * @param {Shell} shell
 * @param {import("./desk.js").Desk} desk
 * @param {() => void} repaired after a repair, whose button is gone
 */
export function createSize({ light }, desk, repaired) {
  const formula = createFormula(light, strings.formula);
  formula.el.dataset.readout = "";
  const note = h("p", { class: "note", "data-testid": "note", "data-readout": true });
  const repairBox = h("div", { class: "repairs", "data-testid": "repairs" });
  let shown = "";
  let offered = "";
  const offer = (ways) => {
    if (JSON.stringify(ways) === offered) return;
    offered = JSON.stringify(ways);
    repairBox.replaceChildren(
      ...ways.map(({ name, value }) =>
        button({
          label: strings.repairs[name](value),
          id: `repair-${name}`,
          onClick() {
            desk.commit(desk.change(name, value));
            repaired();
          },
        }),
      ),
    );
  };
  return {
    formula: formula.el,
    note,
    repairs: repairBox,
    draw(state) {
      const numbers = numbersOf(state);
      const found = sizes(numbers);
      const parts = pieces(numbers, found, strings.terms);
      if (parts.join() !== shown) {
        shown = parts.join();
        formula.show(...parts);
      }
      formula.el.classList.toggle("drops", found.remainder > 0);
      note.classList.toggle("bad", found.size === null);
      note.classList.toggle("drops", found.remainder > 0);
      note.textContent = noteOf(numbers, found);
      offer(repairs(numbers));
    },
  };
}

function noteOf({ k, s }, { room, size, remainder, lost, span, padded }) {
  const words = strings.notes;
  if (size === null) return words.invalid(span, padded);
  const rest = remainder
    ? words.floor(room, s, remainder) + (lost ? words.lost(lost) : words.onlyPadding)
    : words.exact(room, s);
  return `${rest} ${words.cost(size, k, count((size * k) ** 2))}`;
}
