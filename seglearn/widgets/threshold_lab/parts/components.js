/** Components: what touches, the smallest area that stays, and the areas of all of them. */
import { segmented, slider } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { count } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { named } from "./layout.js";

const MARKS = [...new Set(Array.from({ length: 80 }, (_, i) => Math.round(1.12 ** i)))]; // 1 … 7,700 pixels
const nearest = (area) =>
  MARKS.reduce((best, n, i) => (Math.abs(n - area) < Math.abs(MARKS[best] - area) ? i : best), 0);
const TALL = 60;
const MOST_BARS = 60;
const words = strings.components;

/** Bars of the areas, the largest first, by their logarithm; a line where the filter stands. */
function sizes(areas, dropped, least, n) {
  const all = [...areas, ...dropped].sort((a, b) => b - a).slice(0, MOST_BARS);
  const y = (area) => TALL * (1 - Math.log(area + 1) / Math.log(n + 1));
  const bar = (area, i) =>
    `<rect class="${area >= least ? "kept" : "gone"}" x="${i + 0.1}" width="0.8" y="${y(area)}" height="${TALL - y(area)}"/>`;
  return (
    `<svg viewBox="0 0 ${Math.max(24, all.length)} ${TALL}" preserveAspectRatio="none" aria-hidden="true">` +
    `${all.map(bar).join("")}<path class="at active" d="M0 ${y(least)}H${MOST_BARS}"/></svg>`
  );
}

/** `{ controls, el, draw(drawing) }` */
export function createComponents(shell, lab) {
  const { store } = shell;
  const put = (patch) => store.commit({ ...store.state, ...patch });
  const touch = segmented({
    label: words.touch,
    id: "connectivity",
    options: [
      { value: "4", label: words.four },
      { value: "8", label: words.eight },
    ],
    onChange: (value) => put({ connectivity: Number(value) }),
  });
  const least = slider({
    label: words.area,
    id: "area",
    min: 0,
    max: MARKS.length - 1,
    value: 0,
    // A value between the marks, set by Python, is shown as it is.
    format: (i) => words.pixels(i === nearest(store.state.min_area) ? store.state.min_area : MARKS[i]),
    onInput: (i) => store.preview({ ...store.state, min_area: MARKS[i] }),
    onChange: (i) => put({ min_area: MARKS[i] }),
  });
  const plot = h("div", { class: "drawing", role: "img", "aria-label": words.sizes, "data-testid": "sizes" });
  const number = (id) => h("b", { class: "number", "data-testid": id, "data-readout": true });
  const [kept, dropped, matched] = ["kept", "dropped", "matched"].map(number);
  const matchedWords = h("span");
  const row = h("div", {}, matched, " ", matchedWords);
  return {
    controls: h("div", { class: "bar" }, least.el, named(words.touch, touch.el)),
    el: h(
      "div",
      { class: "found" },
      h(
        "div",
        { class: "numbers" },
        h("div", {}, kept, " ", words.count),
        h("div", {}, dropped, " ", words.dropped),
        row,
      ),
      h("div", { class: "sizes keeps-colors", "data-readout": true }, plot),
      h("p", { class: "hint" }, words.sizes, ". ", words.touchHint, " ", words.matchedHint),
    ),
    draw({ state, metrics: m }) {
      const picture = lab.pictureOf(state);
      const found = lab.components(state);
      touch.value = String(state.connectivity);
      least.value = nearest(state.min_area);
      kept.textContent = count(m.n_components);
      dropped.textContent = count(m.n_dropped);
      row.hidden = m.matched === null;
      matched.textContent = m.matched === null ? "–" : count(m.matched);
      matchedWords.textContent = words.matched(picture.nObjects);
      plot.innerHTML = sizes(found.areas, found.dropped, state.min_area, picture.grey.length);
    },
  };
}
