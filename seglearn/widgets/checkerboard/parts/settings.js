/** Kernel, stride, padding, and where the weights come from. */
import { generator } from "../../web/core/random.js";
import { bilinearSize, bilinearTaps } from "../../web/core/upsampling.js";
import { button, segmented, slider } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";

const KINDS = ["ones", "bilinear", "random", "own"];

/**
 * @param {Shell} shell
 * @param {number} largest of a weight
 */
export function createSettings({ store, data }, largest) {
  const { kernels, strides } = data;
  const change = createChange(largest);
  /** A slider over the numbers of a list. */
  const chosen = (id, list, next) =>
    slider({
      label: strings.settings[id],
      id,
      min: 0,
      max: list.length - 1,
      value: 0,
      format: (i) => String(list[i]),
      onInput: (i) => store.preview({ ...store.state, ...next(store.state, list[i]) }),
      onChange: () => store.commit(),
    });
  const kernel = chosen("kernel", kernels, change.kernel);
  const stride = chosen("stride", strides, (_, s) => ({ stride: s }));
  const padding = slider({
    label: strings.settings.padding,
    id: "padding",
    min: 0,
    max: 32,
    value: 0,
    onInput: (p) => store.preview({ ...store.state, padding: p }),
    onChange: () => store.commit(),
  });
  const weights = segmented({
    label: strings.weights.label,
    id: "weights",
    options: KINDS.map((kind) => ({ value: kind, label: strings.weights[kind] })),
    onChange: (kind) => store.commit({ ...store.state, ...change.kind(store.state, kind) }),
  });
  const fit = button({
    label: "",
    id: "fit",
    onClick: () => store.commit({ ...store.state, ...change.kernel(store.state, bilinearSize(store.state.stride)) }),
  });
  return {
    el: h(
      "div",
      { class: "settings", role: "group", "aria-label": strings.settings.label },
      kernel.el,
      stride.el,
      h("div", { "data-stage": "stamps map" }, padding.el),
      h("div", { class: "weights" }, weights.el, fit),
    ),
    draw({ taps, stride: s, padding: p, weights: kind }) {
      const k = taps.length;
      kernel.value = kernels.indexOf(k);
      stride.value = strides.indexOf(s);
      padding.el.querySelector("input").max = String(k >> 1);
      padding.value = p;
      weights.value = kind;
      const right = bilinearSize(s);
      fit.hidden = !(kind === "bilinear" && k !== right && kernels.includes(right));
      fit.querySelector(".button-label").textContent = strings.fit(right);
    },
  };
}

/** What kernel and kind do to a state: (state, value) => what changes. */
function createChange(largest) {
  let seed = 0;
  const tapsOf = (kind, k) => {
    if (kind === "ones") return new Array(k).fill(1);
    if (kind === "bilinear") return bilinearTaps(k);
    const random = generator(++seed);
    return Array.from({ length: k }, () => Math.round(100 * (0.1 + random() * (largest - 0.1))) / 100);
  };
  /** Your own weights keep what still fits when the kernel changes. */
  const resized = ({ taps, weights }, k) =>
    weights === "own" ? Array.from({ length: k }, (_, j) => taps[j] ?? 1) : tapsOf(weights, k);
  return {
    kernel: (state, k) => ({
      taps: k === state.taps.length ? state.taps : resized(state, k),
      padding: Math.min(state.padding, k >> 1),
    }),
    kind: (state, kind) => ({
      weights: kind,
      taps: kind === "own" ? state.taps : tapsOf(kind, state.taps.length),
    }),
  };
}
