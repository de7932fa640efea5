/** Checkerboard: a transposed convolution built up stamp by stamp, and the pattern that its overlap leaves. */
import { decodeLabels } from "../web/core/codec.js";
import { py } from "../web/core/python.js";
import { contrast, contrast2d, outputSize, phaseSums } from "../web/core/upsampling.js";
import { h } from "../web/ui/dom.js";
import { meter } from "../web/ui/meter.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { goals, guesses } from "./parts/goals.js";
import { createKernel } from "./parts/kernel.js";
import { litTerms } from "./parts/lit.js";
import { createOverlap } from "./parts/overlap.js";
import { createPhases } from "./parts/phases.js";
import { createPictures } from "./parts/pictures.js";
import { createSettings } from "./parts/settings.js";
import { createSize } from "./parts/size.js";
import { createStamps } from "./parts/stamps.js";
import { createVerdict } from "./parts/verdict.js";
import css from "./style.css";
import { strings } from "./words/en.js";

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

/** What dragging one of several bars does to the state. */
const keep = (store, change) => ({
  preview: (i, v) => store.preview({ ...store.state, ...change(store.state, i, v) }),
  commit: (run) => store.commit(store.state, run ?? null),
  cancel: () => store.cancel(),
  largest: LARGEST,
});

/** @param {Shell} shell */
function build(shell) {
  const { store, data, light, control } = shell;
  const settings = createSettings(shell, LARGEST);
  const taps = createKernel(
    shell,
    keep(store, (state, j, v) => ({ weights: "own", taps: state.taps.with(j, v) })),
  );
  const stamps = createStamps(
    shell,
    keep(store, (state, i, v) => ({ inputs: state.inputs.with(i, v) })),
  );
  const pictures = createPictures(shell, decodeLabels(data.image), data.side);
  const overlap = createOverlap(shell);
  const phases = createPhases(shell);
  const size = createSize(shell);
  const verdicts = { count: createVerdict("count"), response: createVerdict("response") };
  const contrast = meter({ label: strings.contrast, id: "meter-contrast" });
  const on = (stage, ...children) => h("div", { "data-stage": stage }, ...children);
  const verdict = (id) =>
    control("verdict", h("div", { role: "group", "aria-label": strings.verdict.label }, verdicts[id].el));
  shell.stages(["picture", "stamps", "map"].map((id) => ({ id, label: strings.stages[id] })));
  shell.body.append(
    h(
      "div",
      { class: "board" },
      h(
        "div",
        { class: "main" },
        on("picture", control("pictures", pictures.el)),
        on("stamps", control("stamps", stamps.el), control("formula", size.el)),
        on("map", control("map", overlap.el)),
      ),
      h(
        "div",
        { class: "side" },
        control("settings", settings.el),
        control("kernel", taps.el),
        on("stamps map", control("kernel", phases.el)),
        on("picture", control("verdict", contrast.el), verdict("response")),
        verdict("count"),
      ),
    ),
  );

  let shape = "";
  return ({ state, view, metrics: m, why }) => {
    const [k, s, p, n] = [state.taps.length, state.stride, state.padding, state.inputs.length];
    if ([k, s, p, n].join() !== shape) {
      shape = [k, s, p, n].join();
      light.terms(litTerms(k, s, p, n));
    }
    settings.draw(state);
    taps.draw(state);
    phases.draw(state, m, LARGEST);
    for (const { draw } of Object.values(verdicts)) draw(state, m);
    contrast.show(m.contrast_2d, why);
    if (view.stage === "picture") pictures.draw(state, m);
    if (view.stage === "map") overlap.draw(state, view);
    stamps.draw(state, view);
    size.draw(state, m);
  };
}

export default defineWidget({
  name: "checkerboard",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: ({ view }) => ({ stamps: Infinity, map: "counts", ...view }),
  metrics,
  python,
  goals,
  guesses,
  announce: (state, m) => strings.announce(state.taps.length, state.stride, m),
  build,
});
