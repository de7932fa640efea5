/** The histogram with its thresholds, which are ranges laid over it, and Otsu's criterion as a curve. */
import { criterionCurve } from "../../web/core/threshold.js";
import { button, enable, segmented, settable } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { named, ticks } from "./layout.js";

const MOST = 3;
const TALL = 100;
const words = strings.cuts;

/** With another threshold in the middle of the widest gap, or without the last ones. */
function resized(cuts, n) {
  const next = cuts.slice(0, n);
  while (next.length < n) {
    const ends = [-1, ...next, 255];
    const widths = next.map((_, i) => ends[i + 1] - ends[i]).concat(255 - ends.at(-2));
    const i = widths.indexOf(Math.max(...widths));
    next.splice(i, 0, Math.floor((ends[i] + ends[i + 1]) / 2));
  }
  return next;
}

/** A range of its own for each threshold: only its handle is pressed, and it stays between its neighbours. */
function createHandles({ store }) {
  return Array.from({ length: MOST }, (_, i) => {
    const inside = () => {
      const { cuts } = store.state;
      const k = Math.min((cuts[i + 1] ?? 255) - 1, Math.max((cuts[i - 1] ?? -1) + 1, Number(input.value)));
      input.value = String(k);
      return { ...store.state, cuts: cuts.with(i, k) };
    };
    const input = h("input", {
      type: "range",
      class: "cut",
      min: 0,
      max: 254,
      "aria-label": words.label(i + 1),
      "data-testid": `cut-${i}`,
      onfocus: () => store.view.active !== i && store.look({ active: i }),
      oninput: () => store.preview(inside()),
      onchange: () => store.commit(inside()),
    });
    const put = settable(input);
    return {
      el: input,
      draw(k) {
        input.hidden = k === undefined;
        if (k === undefined) return;
        put(k);
        input.setAttribute("aria-valuetext", words.value(k));
      },
    };
  });
}

/** Bars as a path; a few that are tall may be cut. */
function bars(counts) {
  const top = [...counts].sort((a, b) => b - a)[3] * 1.1 || Math.max(...counts);
  const steps = [...counts].map((n, k) => `V${(TALL * (1 - Math.min(1, n / top))).toFixed(1)}H${k + 1}`);
  return `M0 ${TALL}${steps.join("")}V${TALL}Z`;
}

/** The curve as a path, as high as the highest criterion is; it stands on the line between two bars. */
function curve(values, highest) {
  let path = "";
  values.forEach((v, k) => {
    if (v === null) return;
    path += `${path ? "L" : "M"}${k + 1} ${(TALL * (1 - (0.97 * v) / (highest || 1))).toFixed(1)}`;
  });
  return path;
}

/** `{ controls, el, draw(drawing) }` */
export function createCuts(shell, lab) {
  const { store } = shell;
  const put = (patch) => store.commit({ ...store.state, ...patch });
  const number = segmented({
    label: words.number,
    id: "cuts",
    options: [1, 2, 3].map((n) => ({ value: String(n), label: String(n) })),
    onChange: (n) => put({ cuts: resized(store.state.cuts, Number(n)) }),
  });
  const otsu = button({ label: words.otsu, id: "otsu", onClick: () => put({ cuts: lab.bestCuts(store.state) }) });
  otsu.title = words.otsuHint;
  const foreground = segmented({
    label: words.foreground,
    id: "foreground",
    options: ["bright", "dark"].map((value) => ({ value, label: words[value] })),
    onChange: (value) => put({ foreground: value }),
  });
  const handles = createHandles(shell);
  const drawing = h("div", { class: "drawing", role: "img", "data-testid": "histogram" });
  const bands = Array.from({ length: MOST + 1 }, (_, i) => h("i", { class: `band class-${i}` }));
  const readings = Array.from({ length: MOST }, () => h("b", { class: "reading" }));
  return {
    controls: h("div", { class: "bar" }, named(words.number, number.el), named(words.foreground, foreground.el)),
    el: h(
      "div",
      { class: "histogram keeps-colors" },
      h("div", { class: "readings", "aria-hidden": "true" }, readings),
      h(
        "div",
        { class: "plot" },
        drawing,
        handles.map(({ el }) => el),
      ),
      h("div", { class: "bands" }, bands),
      ticks("0", words.axis, "255"),
      h(
        "div",
        { class: "key small" },
        h("span", { class: "bars-key" }, words.pixels),
        h("span", { class: "curve-key" }, words.curve),
        otsu,
      ),
    ),
    draw({ state, view, metrics }) {
      const { cuts } = state;
      const { counts, grey } = lab.pictureOf(state);
      const active = Math.min(view.active ?? 0, cuts.length - 1);
      number.value = String(cuts.length);
      foreground.value = state.foreground;
      enable(otsu, metrics.criterion < metrics.highest * (1 - 1e-9));
      handles.forEach((handle, i) => handle.draw(cuts[i]));
      const line = (k, i) => `<path class="at${i === active ? " active" : ""}" d="M${k + 1} 0V${TALL}"/>`;
      drawing.innerHTML =
        `<svg viewBox="0 0 256 ${TALL}" preserveAspectRatio="none" aria-hidden="true">` +
        `<path class="bars" d="${bars(counts)}"/>` +
        `<path class="curve" d="${curve(criterionCurve(counts, cuts, active), metrics.highest)}"/>${cuts.map(line).join("")}</svg>`;
      drawing.setAttribute("aria-label", words.histogram(grey.length, cuts.join(", ")));
      const ends = [0, ...cuts.map((k) => k + 1), 256];
      bands.forEach((band, i) => {
        band.hidden = i > cuts.length;
        band.style.flexGrow = String((ends[i + 1] ?? 0) - ends[i]);
      });
      readings.forEach((reading, i) => {
        reading.hidden = i >= cuts.length;
        reading.textContent = String(cuts[i]);
        reading.style.left = `${(100 * (cuts[i] + 1)) / 256}%`;
      });
    },
  };
}
