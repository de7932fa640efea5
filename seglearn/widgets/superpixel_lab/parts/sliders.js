/** What is cut and how: number, compactness, blur, noise, each over a few marks. */
import { slider } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { throttle } from "../../web/ui/model.js";
import { select } from "../../web/ui/select.js";
import { strings } from "../words/en.js";

const MARKS = {
  n_segments: [10, 15, 25, 35, 50, 75, 100, 150, 200, 300, 400, 600],
  compactness: [1, 2, 3, 5, 10, 15, 20, 40, 60, 100],
  sigma: [0, 0.5, 1, 1.5, 2, 3, 4],
  noise: [0, 10, 20, 35, 50],
};
const STAGES = {
  n_segments: "regions scores",
  compactness: "regions steps scores compare",
  sigma: "regions",
  noise: "regions",
};
const PARTS = { n_segments: "S", compactness: "m" };

export const nearest = (list, v) =>
  list.reduce((best, x, i) => (Math.abs(x - v) < Math.abs(list[best] - v) ? i : best), 0);

function createSlider({ store, light, onClose }, { name, list, put, stop }) {
  let latest = 0;
  // For blur and noise the picture is prepared anew, 100 ms on a slow machine: ten times a second is enough.
  const pace = name === "sigma" || name === "noise" ? 100 : 16;
  const soon = throttle(() => store.preview({ ...store.state, [name]: latest }), pace);
  onClose(soon.stop);
  const one = slider({
    label: strings.sliders[name],
    id: name,
    min: 0,
    max: list.length - 1,
    value: 0,
    // A value between the marks, set by Python, is shown as it is.
    format: (i) => strings.units[name](i === nearest(list, store.state[name]) ? store.state[name] : list[i]),
    onInput(i) {
      stop();
      latest = list[i];
      soon.soon();
    },
    onChange(i) {
      soon.stop();
      put({ [name]: list[i] });
    },
  });
  one.el.dataset.stage = STAGES[name];
  light.bind(one.el, { part: PARTS[name] ?? name });
  return {
    el: one.el,
    draw(state) {
      one.value = nearest(list, state[name]);
    },
  };
}

/** `{ el, draw(state) }`; `stop` ends what plays. */
export function createSliders(shell, lab, { put, stop }) {
  const { width, height } = lab.pictureOf(shell.store.state);
  const sliders = Object.entries(MARKS).map(([name, marks]) => {
    const list = name === "n_segments" ? marks.filter((n) => n <= width * height) : marks;
    return createSlider(shell, { name, list, put, stop });
  });
  // The six others were recorded at a few sizes.
  const sizes = select({
    label: strings.sliders.n_segments,
    id: "size",
    options: lab.sizes.map((n) => ({ value: String(n), label: String(n) })),
    onChange: (n) => put({ n_segments: Number(n) }),
  });
  sizes.el.dataset.stage = "compare";
  return {
    el: h(
      "div",
      { class: "sliders" },
      sizes.el,
      sliders.map(({ el }) => el),
    ),
    draw(state) {
      for (const one of sliders) one.draw(state);
      sizes.value = String(state.n_segments);
    },
  };
}
