/** The five scores as one choice; the chosen one is written out as a formula. */

import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

export const METRICS = ["iou", "dice", "precision", "recall", "boundary_iou"];

export function scoreList({ store }) {
  const rows = METRICS.map((metric) => {
    const input = h("input", {
      type: "radio",
      name: "metric",
      value: metric,
      "data-testid": `metric-${metric}`,
      onchange: () => store.look({ metric }),
    });
    const track = h("i", { "aria-hidden": "true" });
    const number = h("b", { "data-testid": `value-${metric}` });
    const el = h(
      "label",
      { class: "score" },
      input,
      h("span", { class: "score-name" }, strings.metrics[metric][0]),
      h("span", { class: "track", "aria-hidden": "true" }, track),
      number,
    );
    return { metric, el, input, track, number };
  });
  return {
    el: h(
      "div",
      { class: "scores", role: "radiogroup", "aria-label": strings.metrics.label },
      rows.map((r) => r.el),
    ),
    show(m, chosen) {
      for (const { metric, el, input, track, number } of rows) {
        input.checked = metric === chosen;
        el.classList.toggle("chosen", metric === chosen);
        el.classList.toggle("undefined", m[metric] === null);
        track.style.width = `${100 * (m[metric] ?? 0)}%`;
        number.textContent = score(m[metric]);
      }
    },
  };
}
