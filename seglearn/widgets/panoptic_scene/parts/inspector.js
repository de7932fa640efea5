/** What the map at hand knows of the chosen segment, and no more. */
import { h } from "../../web/ui/dom.js";
import { count, percent, score } from "../../web/ui/format.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";
import { compared, modeOf, statusOf } from "./derive.js";
import { swatchOf } from "./looks.js";

const words = strings.inspector;

/** Texts by field for a segment, "" where the mode has nothing to say. */
export function factsOf(state, view, data, map, label) {
  const { classes } = data;
  const { found } = compared(state, data);
  const table = state[`${map}_segments`];
  const [, k, number] = table[label - 1];
  const { name, thing } = classes[k];
  const mode = modeOf(state, view);
  if (mode === "instance" && !thing) return { class: words.gone(className(name)), number: "", area: "", status: "" };
  const areas = found.areas[map];
  const alike = table.map((_, i) => i + 1).filter((n) => table[n - 1][1] === k && areas[n]);
  const { status, iou, best } = statusOf(state, found, map, label);
  const sized = (n) => strings.area(count(n), percent(n / (state.shape[0] * state.shape[1])));
  const about = { class: `${className(name)}, ${strings.kinds[thing ? "thing" : "stuff"]}`, status: "" };
  if (mode === "semantic") {
    // The class as a whole: not even the number of its objects is known here.
    const whole = sized(alike.reduce((sum, n) => sum + areas[n], 0));
    return { ...about, number: thing ? words.unknown : words.noInstance, area: words.whole(whole) };
  }
  return {
    ...about,
    number: thing ? words.of(number, alike.length) : words.noInstance,
    area: sized(areas[label]),
    status: mode === "panoptic" ? `${strings.maps[map]}: ${words.status[status](score(iou ?? best))}` : "",
  };
}

/** The same in a sentence. */
export const describe = (state, view, data, map, label) =>
  Object.values(factsOf(state, view, data, map, label))
    .filter(Boolean)
    .join(". ");

/** Returns { el, draw(state, view, found) }. */
export function createInspector({ classes, ...rest }) {
  const fields = Object.fromEntries(
    Object.entries(words.fields).map(([name, label]) => [
      name,
      { term: h("dt", {}, label), value: h("dd", { "data-testid": `selected-${name}` }) },
    ]),
  );
  const empty = h("p", { class: "hint" }, words.empty);
  const list = h(
    "dl",
    { class: "facts" },
    Object.entries(fields).map(([name, { term, value }]) => h("div", { class: `fact fact-${name}` }, term, value)),
  );
  return {
    el: h(
      "div",
      { class: "inspector", role: "group", "aria-label": words.label, "data-testid": "inspector" },
      empty,
      list,
    ),
    draw(state, view, found) {
      const [map, label] = state.selected ?? [];
      const seen = map === "truth" || modeOf(state, view) === "panoptic";
      const there = map !== undefined && seen && found.areas[map][label] > 0;
      empty.hidden = there;
      list.hidden = !there;
      if (!there) return;
      const known = factsOf(state, view, { classes, ...rest }, map, label);
      for (const [name, { term, value }] of Object.entries(fields)) {
        value.textContent = known[name];
        term.parentElement.hidden = !known[name];
      }
      fields.class.value.prepend(h("i", swatchOf(classes, state[`${map}_segments`][label - 1][1])));
    },
  };
}
