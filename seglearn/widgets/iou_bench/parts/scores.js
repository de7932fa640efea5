/** The five scores as one choice; the chosen one is written out as a formula. */

import { radio } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { createBar, createGhost } from "../../web/ui/meter.js";
import { strings } from "../words/en.js";

export const METRICS = ["iou", "dice", "precision", "recall", "boundary_iou"];

/** Where each score is shown, but for those that only the list of all five has. */
const STAGES_OF = { iou: "overlap scores curve", dice: "scores curve" };

/**
 * @param {Shell} shell
 * @returns {{ el: HTMLElement, draw(drawing: Drawing, chosen: string): void }} each meter has a ghost where it was
 */
export function scoreList({ store }) {
  const rows = METRICS.map((metric) => {
    const onChange = () => store.look({ metric });
    const input = radio({ group: "metric", value: metric, id: `metric-${metric}`, onChange });
    const bar = createBar();
    const number = h("b", { "data-testid": `value-${metric}`, "data-readout": true });
    const el = h(
      "label",
      { class: "score pick", "data-stage": STAGES_OF[metric] ?? "scores" },
      input,
      h("span", { class: "score-name" }, strings.metrics[metric][0]),
      bar.el,
      number,
    );
    return { metric, el, input, bar, number, ghost: createGhost() };
  });
  return {
    el: h(
      "div",
      { class: "scores", role: "radiogroup", "aria-label": strings.metrics.label },
      rows.map((r) => r.el),
    ),
    draw({ metrics: m, why }, chosen) {
      for (const { metric, el, input, bar, number, ghost } of rows) {
        const value = m[metric];
        input.checked = metric === chosen;
        el.classList.toggle("chosen", metric === chosen);
        el.classList.toggle("undefined", value === null);
        bar.show(value, ghost.next(value, why));
        number.textContent = score(value);
      }
    },
  };
}
