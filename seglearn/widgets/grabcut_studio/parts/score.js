/** What is cut out, in numbers. */
import { h } from "../../web/ui/dom.js";
import { count, percent } from "../../web/ui/format.js";
import { meter } from "../../web/ui/meter.js";
import { strings } from "../words/en.js";

/** @param {ReturnType<typeof import("./studio.js").studioOf>} studio */
export function createScore(studio) {
  const iou = meter({ label: strings.score.iou, id: "value-iou", role: "agreement" });
  const facts = Object.keys(strings.score.facts).map((name) => {
    const value = h("dd", { "data-testid": `value-${name}`, "data-readout": name === "foreground" });
    return { name, value, row: h("div", {}, h("dt", {}, strings.score.facts[name]), value) };
  });
  return {
    el: h(
      "div",
      { class: "score" },
      iou.el,
      h(
        "dl",
        {},
        facts.map(({ row }) => row),
      ),
    ),
    draw({ state, metrics: m, why }) {
      const { width, height, truth } = studio.photo(state);
      iou.el.hidden = truth === null;
      iou.show(m.iou, why);
      const words = {
        energy: m.energy === null ? "–" : count(Math.round(m.energy)),
        foreground: m.foreground === null ? "–" : percent(m.foreground / (width * height)),
        strokes: String(state.strokes),
        iteration: strings.score.of(state.iteration, studio.most),
      };
      for (const { name, value } of facts) value.textContent = words[name];
    },
  };
}
