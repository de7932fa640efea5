/** The union as a bar, whose agreed share is the IoU, and the areas of its three parts. */
import { h } from "../../web/ui/dom.js";
import { count } from "../../web/ui/format.js";
import { legend } from "../../web/ui/legend.js";
import { strings } from "../words/en.js";

const ROLES = { truthOnly: "truth", both: "agreement", predictionOnly: "prediction" };

/**
 * @param {Shell} shell
 * @returns {{ el: HTMLElement, draw(areas: Areas): void }}
 */
export function createAreas({ light }) {
  const entries = Object.entries(ROLES).map(([part, role]) => {
    const [label, note] = strings.areas[part];
    return { part, label, note, role };
  });
  const segments = entries.map(({ part, role }) => light.bind(h("span", { class: role }), { part }));
  const bar = h("div", { class: "union-bar keeps-colors", "aria-hidden": "true" }, segments);
  const list = legend(light, entries, strings.areas.label);
  return {
    el: h("div", { class: "areas", "data-readout": true }, bar, list.el),
    draw(areas) {
      const union = areas.both + areas.truthOnly + areas.predictionOnly;
      segments.forEach((segment, i) => {
        segment.style.flexGrow = String(areas[entries[i].part] / (union || 1));
      });
      bar.classList.toggle("empty", !union);
      list.values(Object.fromEntries(entries.map(({ part }) => [part, count(areas[part])])));
    },
  };
}
