/** The five scores as one choice; the chosen one is written out as a formula. */

import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { createGhost } from "../../web/ui/meter.js";
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
    const input = h("input", {
      type: "radio",
      name: "metric",
      value: metric,
      "data-testid": `metric-${metric}`,
      onchange: () => store.look({ metric }),
    });
    const fill = h("i", { class: "meter-fill" });
    const before = h("i", { class: "meter-ghost", hidden: true });
    const number = h("b", { "data-testid": `value-${metric}`, "data-readout": true });
    const el = h(
      "label",
      { class: "score", "data-stage": STAGES_OF[metric] ?? "scores" },
      input,
      h("span", { class: "score-name" }, strings.metrics[metric][0]),
      h("span", { class: "meter-track", "aria-hidden": "true", "data-readout": true }, fill, before),
      number,
    );
    return { metric, el, input, fill, before, number, ghost: createGhost() };
  });
  return {
    el: h(
      "div",
      { class: "scores", role: "radiogroup", "aria-label": strings.metrics.label },
      rows.map((r) => r.el),
    ),
    draw({ metrics: m, why }, chosen) {
      for (const { metric, el, input, fill, before, number, ghost } of rows) {
        const value = m[metric];
        const was = ghost.next(value, why);
        input.checked = metric === chosen;
        el.classList.toggle("chosen", metric === chosen);
        el.classList.toggle("undefined", value === null);
        fill.style.width = `${100 * (value ?? 0)}%`;
        before.hidden = was === null || was === value;
        before.style.left = `${100 * (was ?? 0)}%`;
        number.textContent = score(value);
      }
    },
  };
}
