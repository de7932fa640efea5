/** Checkerboard: a transposed convolution built up stamp by stamp, and the pattern that its overlap leaves. */
import { decodeLabels } from "../web/core/codec.js";
import { py } from "../web/core/python.js";
import { generator } from "../web/core/random.js";
import { bilinearSize, bilinearTaps, contrast, contrast2d, outputSize, phaseSums } from "../web/core/upsampling.js";
import { button, segmented, slider } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { score } from "../web/ui/format.js";
import { createFormula, number, op, row, term, text, value, variable } from "../web/ui/formula.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { createKernel } from "./parts/kernel.js";
import { createOverlap } from "./parts/overlap.js";
import { createPictures } from "./parts/pictures.js";
import { createStamps, litTerms } from "./parts/stamps.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const KINDS = ["ones", "bilinear", "random"];
const LARGEST = 2; // of a weight or an input

function metrics({ taps, stride, padding, inputs }) {
  const sums = phaseSums(taps, stride);
  return {
    output_size: outputSize(inputs.length, taps.length, stride, padding),
    counts: phaseSums(
      taps.map(() => 1),
      stride,
    ),
    sums,
    contrast: contrast(sums),
    contrast_2d: contrast2d(sums),
  };
}

function python({ taps, stride, padding, weights, inputs }) {
  const rounded = (items, digits) => items.map((v) => Number(v.toFixed(digits)));
  const written = {
    ones: `torch.ones(${taps.length})`,
    bilinear: `bilinear_kernel(${taps.length}).diagonal().sqrt()  # in one direction`,
  }[weights];
  return [
    "import torch",
    "from torch.nn import functional as F",
    ...(weights === "bilinear" ? ["", "from seglearn.nets.blocks import bilinear_kernel"] : []),
    "",
    `w = ${written ?? py`torch.tensor(${rounded(taps, 3)}, dtype=torch.float32)`}`,
    py`x = torch.tensor(${rounded(inputs, 2)}, dtype=torch.float32)`,
    py`y = F.conv_transpose1d(x[None, None], w[None, None], stride=${stride}, padding=${padding})`,
    py`stamps = F.conv_transpose1d(torch.ones_like(x)[None, None], torch.ones_like(w)[None, None], stride=${stride}, padding=${padding})`,
    "print(y.flatten())",
    "print(stamps.flatten().int())",
    "",
    py`sums = torch.stack([w[phase::${stride}].sum() for phase in range(${stride})])`,
    "response = torch.outer(sums, sums)  # of a constant image, away from its border",
    "contrast = (response.max() - response.min()) / (response.max() + response.min())",
    'print(f"contrast {contrast:.3f}")',
    "",
  ].join("\n");
}

function build(shell) {
  const { store, data, light, control } = shell;
  const { kernels, strides } = data;
  const photo = decodeLabels(data.image);
  let seed = 0;

  // --- settings ------------------------------------------------------------------------------------------------------
  const tapsOf = (kind, k) => {
    if (kind === "ones") return new Array(k).fill(1);
    if (kind === "bilinear") return bilinearTaps(k);
    const random = generator(++seed);
    return Array.from({ length: k }, () => Math.round(100 * (0.1 + random() * (LARGEST - 0.1))) / 100);
  };
  /** Your own weights keep what still fits when the kernel changes. */
  const resized = ({ taps, weights }, k) =>
    weights === "own" ? Array.from({ length: k }, (_, j) => taps[j] ?? 1) : tapsOf(weights, k);
  const withKernel = (state, k) => ({
    ...state,
    taps: k === state.taps.length ? state.taps : resized(state, k),
    padding: Math.min(state.padding, k >> 1),
  });
  const settle = { onChange: () => store.commit() };
  const kernel = slider({
    label: strings.settings.kernel,
    id: "kernel",
    min: 0,
    max: kernels.length - 1,
    value: 0,
    format: (i) => String(kernels[i]),
    onInput: (i) => store.preview(withKernel(store.state, kernels[i])),
    ...settle,
  });
  const stride = slider({
    label: strings.settings.stride,
    id: "stride",
    min: 0,
    max: strides.length - 1,
    value: 0,
    format: (i) => String(strides[i]),
    onInput: (i) => store.preview({ ...store.state, stride: strides[i] }),
    ...settle,
  });
  const padding = slider({
    label: strings.settings.padding,
    id: "padding",
    min: 0,
    max: 32,
    value: 0,
    onInput: (p) => store.preview({ ...store.state, padding: p }),
    ...settle,
  });
  const weights = segmented({
    label: strings.weights.label,
    id: "weights",
    options: [...KINDS, "own"].map((kind) => ({ value: kind, label: strings.weights[kind] })),
    onChange(kind) {
      const { state } = store;
      store.commit({ ...state, weights: kind, taps: kind === "own" ? state.taps : tapsOf(kind, state.taps.length) });
    },
  });
  const fit = button({
    label: "",
    id: "fit",
    onClick: () => store.commit(withKernel(store.state, bilinearSize(store.state.stride))),
  });
  const settings = h(
    "div",
    { class: "settings", role: "group", "aria-label": strings.settings.label },
    kernel.el,
    stride.el,
    padding.el,
    h("div", { class: "weights" }, weights.el, fit),
  );

  // --- panes ---------------------------------------------------------------------------------------------------------
  const taps = createKernel(shell, {
    preview: (j, v) => store.preview({ ...store.state, weights: "own", taps: store.state.taps.with(j, v) }),
    commit: () => store.commit(),
    cancel: () => store.cancel(),
    largest: LARGEST,
  });
  const stamps = createStamps(shell, {
    preview: (i, v) => store.preview({ ...store.state, inputs: store.state.inputs.with(i, v) }),
    commit: () => store.commit(),
    cancel: () => store.cancel(),
    largest: LARGEST,
  });
  const verdict = ["count", "response"].map((id) =>
    h(
      "p",
      { class: "verdict", "data-testid": `verdict-${id}` },
      h("span", { class: "mark", "aria-hidden": "true" }),
      h("span"),
    ),
  );
  const formula = createFormula(light, strings.formula.label);
  const words = strings.formula;
  const part = (name, inside) => term(name, inside, words[name]);
  formula.show(
    row(
      text(words.result),
      op("="),
      op("("),
      part("inputs", variable("n")),
      op("−"),
      number(1),
      op(")"),
      op("·"),
      part("stride", variable("s")),
      op("+"),
      part("kernel", variable("k")),
      op("−"),
      number(2),
      part("padding", variable("p")),
    ),
    row(
      op("="),
      op("("),
      term("inputs", value("n")),
      op("−"),
      number(1),
      op(")"),
      op("·"),
      term("stride", value("s")),
      op("+"),
      term("kernel", value("k")),
      op("−"),
      number(2),
      op("·"),
      term("padding", value("p")),
      op("="),
      term("result", value("result")),
    ),
  );
  const overlap = createOverlap(shell);
  const pictures = createPictures(shell, photo, data.side);

  shell.body.append(
    control("settings", settings),
    h(
      "div",
      { class: "board" },
      h(
        "div",
        { class: "main" },
        control("stamps", stamps.el),
        control("formula", h("div", { class: "formula-box" }, formula.el)),
      ),
      h(
        "div",
        { class: "side" },
        control("kernel", taps.el),
        control(
          "verdict",
          h("div", { class: "verdicts", role: "group", "aria-label": strings.verdict.label }, verdict),
        ),
      ),
    ),
    h("div", { class: "below" }, control("map", overlap.el), control("pictures", pictures.el)),
  );

  // --- every change --------------------------------------------------------------------------------------------------
  let termsOf = "";
  return ({ state, view, metrics: m, theme }) => {
    const k = state.taps.length;
    const s = state.stride;
    kernel.value = kernels.indexOf(k);
    stride.value = strides.indexOf(s);
    padding.el.querySelector("input").max = String(k >> 1);
    padding.value = state.padding;
    weights.value = state.weights;
    fit.hidden = !(state.weights === "bilinear" && k !== bilinearSize(s) && kernels.includes(bilinearSize(s)));
    fit.querySelector(".button-label").textContent = strings.fit(bilinearSize(s));

    const shape = [k, s, state.padding, state.inputs.length].join();
    if (shape !== termsOf) {
      termsOf = shape;
      light.terms(litTerms(k, s, state.padding, state.inputs.length));
    }
    taps.draw(state, m);
    stamps.draw(state, view);
    formula.values({
      n: String(state.inputs.length),
      s: String(s),
      k: String(k),
      p: String(state.padding),
      result: String(m.output_size),
    });

    const even = k % s === 0;
    const [low, high] = [Math.min(...m.sums), Math.max(...m.sums)];
    const flat = m.contrast === 0;
    const about = strings.verdict;
    const say = (el, good, sentence) => {
      el.classList.toggle("good", good);
      el.firstChild.textContent = good ? "✓" : "!";
      el.lastChild.textContent = sentence;
    };
    say(verdict[0], even, even ? about.even(k, s) : k < s ? about.gaps(k, s) : about.uneven(k, s, m.counts));
    const told = [low, high, score(m.contrast_2d)];
    const sentence =
      m.contrast === null
        ? about.nothing
        : flat
          ? even
            ? about.flat(low)
            : about.saved(low)
          : even
            ? about.despite(...told)
            : about.ripple(...told);
    say(verdict[1], flat, sentence);

    overlap.draw(state, view);
    pictures.draw(state, m);
  };
}

export default defineWidget({
  name: "checkerboard",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: () => ({ stamps: Infinity, map: "counts" }),
  metrics,
  python,
  announce: (state, m) => strings.announce(state.taps.length, state.stride, m),
  build,
});
