/** The classes of a semantic or an instance map: things and stuff apart, with share or number. */
import { h } from "../../web/ui/dom.js";
import { percent } from "../../web/ui/format.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";
import { swatchOf } from "./looks.js";

/** Returns { el, draw(state, mode, areas) }; `areas` are those of the truth, by label. */
export function createKinds(light, classes) {
  const el = h("div", { class: "class-list", role: "group", "aria-label": strings.classes.label });
  const entries = classes.map((c, k) => {
    const value = h("span", { class: "class-value" });
    const item = light.bind(
      h(
        "li",
        { tabindex: "0", "data-term": `class-${k}` },
        h("i", swatchOf(classes, k)),
        h("span", {}, className(c.name)),
        value,
      ),
      { term: `class-${k}` },
    );
    return { item, value };
  });
  for (const kind of ["things", "stuff"]) {
    const members = entries.filter((_, k) => classes[k].thing === (kind === "things")).map(({ item }) => item);
    if (members.length) el.append(h("p", { class: "hint" }, strings.classes[kind]), h("ul", {}, members));
  }

  /** What a map says of a class as a whole. */
  function saidOf(state, mode, areas, k) {
    if (mode === "instance" && !classes[k].thing) return strings.classes.gone;
    const mine = state.truth_segments.map((_, i) => i + 1).filter((n) => state.truth_segments[n - 1][1] === k);
    if (mode === "instance") return strings.classes.count(mine.filter((n) => areas[n]).length);
    return percent(mine.reduce((sum, n) => sum + areas[n], 0) / (state.shape[0] * state.shape[1]));
  }
  return {
    el,
    draw(state, mode, areas) {
      entries.forEach(({ item, value }, k) => {
        item.classList.toggle("gone", mode === "instance" && !classes[k].thing);
        value.textContent = saidOf(state, mode, areas, k);
      });
    },
  };
}
