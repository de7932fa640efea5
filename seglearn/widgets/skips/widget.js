/** Skips: the three score maps of one trained FCN-8s, to be kept or cut, and what that does to borders. */
import { decodeLabelRuns } from "../web/core/codec.js";
import { confusionCounts, scores as scoresOf } from "../web/core/confusion.js";
import { py } from "../web/core/python.js";
import {
  argmax,
  contributions,
  decodeScores,
  filled,
  fuse,
  IGNORE,
  meanBoundaryIou,
  PATHS,
} from "../web/core/skips.js";
import { segmented } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { score } from "../web/ui/format.js";
import { CLASS_HATCHES, HATCH, OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { createStage } from "../web/ui/stage.js";
import { createCrop } from "./parts/crop.js";
import { createLadder } from "./parts/ladder.js";
import { setHues, styleOf, swatchOf } from "./parts/looks.js";
import { createProbe } from "./parts/probe.js";
import { createScores } from "./parts/scores.js";
import css from "./style.css";
import { strings } from "./words/en.js";

/** What the data say, decoded once: { width, height, truth, scores, paths, apart }. */
const decoded = new WeakMap();
function decode(data) {
  if (!decoded.has(data)) {
    const [height, width] = data.shape;
    const map = (runs) => decodeLabelRuns(runs, width * height);
    const scores = Object.fromEntries(PATHS.map((path) => [path, decodeScores(data.scores[path])]));
    decoded.set(data, {
      width,
      height,
      scores,
      truth: map(data.truth),
      borders: filled(map(data.truth), width, height),
      apart: Object.fromEntries(Object.entries(data.apart).map(([name, runs]) => [name, map(runs)])),
      paths: Object.fromEntries(
        Object.entries(contributions(scores, width, height)).map(([path, logits]) => [path, logits.values]),
      ),
      states: new Map(),
    });
  }
  return decoded.get(data);
}

/** The sums, prediction and scores of a state, worked out once for each way to cut. */
function derive(state, data) {
  const all = decode(data);
  const { width, height, truth, states } = all;
  const key = PATHS.map((path) => Number(state[path])).join("") + (state.apart ?? "");
  if (!states.has(key)) {
    const fused = fuse(all.scores, state, width, height);
    const prediction = state.apart ? all.apart[state.apart] : argmax(fused.logits);
    const n = data.classes.length;
    const counted = scoresOf(confusionCounts(truth, prediction, n));
    const wrong = truth.reduce((sum, label, i) => sum + (label !== IGNORE && label !== prediction[i]), 0);
    const metrics = {
      mean_iou: counted.mean_iou,
      boundary_iou: meanBoundaryIou(truth, prediction, n, width, height),
      pixel_accuracy: counted.pixel_accuracy,
      wrong,
      iou: counted.iou,
    };
    states.set(key, { fused, prediction, metrics });
  }
  return states.get(key);
}

const metrics = (state, data) => derive(state, data).metrics;
const keptWords = (state) =>
  state.apart ? strings.scores.net(state.apart) : PATHS.filter((path) => state[path]).join(" + ") || strings.noPath;

function python(state) {
  const shown = state.apart
    ? [py`skips.state = {**skips.state, "apart": ${state.apart}}`, "prediction = skips.prediction"]
    : [
        'fc7, pool4, pool3 = (torch.from_numpy(skips.scores[path]).float() for path in ("fc7", "pool4", "pool3"))',
        "",
        "",
        "def up(scores, factor, size):",
        '    """Transposed convolution with the bilinear kernel, as in FCN."""',
        "    n = len(scores)",
        "    weight = bilinear_kernel(2 * factor).expand(n, 1, -1, -1)",
        "    large = F.conv_transpose2d(scores[None], weight, stride=factor, padding=factor // 2, groups=n)",
        "    return large[0, :, : size[0], : size[1]]",
        "",
        "",
        `y = up(fc7${state.fc7 ? "" : " * 0"}, 2, pool4.shape[1:])${state.pool4 ? " + pool4" : "  # pool4 is cut"}`,
        `y = up(y, 2, pool3.shape[1:])${state.pool3 ? " + pool3" : "  # pool3 is cut"}`,
        "prediction = up(y, 8, skips.truth.shape).argmax(0).numpy()",
      ];
  return [
    "import torch",
    "from torch.nn import functional as F",
    "",
    "from seglearn.metrics import ConfusionMatrix, mean_boundary_iou",
    "from seglearn.nets.blocks import bilinear_kernel",
    "from seglearn.widgets import Skips",
    "",
    `skips = Skips()  # or ${strings.python}`,
    ...shown,
    "",
    'n = len(skips.metrics["iou"])',
    "matrix = ConfusionMatrix(n, ignore_index=255).update(skips.truth, prediction)",
    "border = mean_boundary_iou(skips.truth, prediction, n, ignore_index=255)",
    'print(f"mIoU {matrix.scores().mean_iou:.3f}, boundary IoU {border:.3f}")',
    "",
  ].join("\n");
}

function build(shell) {
  const { store, data, light, control } = shell;
  const { width, height, truth, borders, scores, paths, apart } = decode(data);
  const { classes } = data;
  setHues(shell.body, classes);
  setHues(shell.body.getRootNode().host, classes); // where shell.color() looks
  light.terms(Object.fromEntries(PATHS.map((path) => [path, [`path-${path}`]])));
  let hovered = null; // the pixel under the pointer; without one, the pixel that was kept
  const hover = (pixel) => {
    if (String(pixel) === String(hovered)) return;
    hovered = pixel;
    moved = true;
    shell.redraw();
  };
  let moved = false; // only the pixel has moved since the last frame, as far as hover() knows
  let painted = "";
  const pin = (pixel) => store.look({ pixel });

  const photo = new Image();
  photo.onload = () => shell.redraw();
  photo.src = data.image;

  // --- the picture ---------------------------------------------------------------------------------------------------
  const stage = createStage(shell, {
    label: strings.stage,
    width,
    height,
    image: data.image,
    onHover: (p) => hover(p && [p.row, p.col]),
    onKey(event, cursor) {
      if (event.key !== "Enter" && event.key !== " ") return false;
      pin([cursor.row, cursor.col]);
      return true;
    },
  });
  stage.el.addEventListener("click", (event) => {
    const p = stage.point(event);
    pin([p.row, p.col]);
  });
  const bare = h("img", { class: "bare", src: data.image, alt: "", hidden: true });
  const mark = h("div", { class: "pixel-mark", "aria-hidden": "true" });
  stage.overlay.append(bare, mark);
  const views = segmented({
    label: strings.views.label,
    id: "show",
    options: ["prediction", "errors", "truth", "image"].map((value) => ({ value, label: strings.views[value] })),
    onChange: (show) => store.look({ show }),
  });
  const caption = h("p", { class: "hint", "data-testid": "caption" });

  const ious = classes.map(() => h("b", { class: "legend-value" }));
  const legend = h(
    "ul",
    { class: "legend class-legend", "aria-label": strings.classes.label },
    classes.map(({ name }, k) =>
      light.bind(
        h("li", { tabindex: "0", "data-part": `class-${k}` }, h("i", swatchOf(k)), h("span", {}, name), ious[k]),
        { part: `class-${k}` },
      ),
    ),
  );

  // --- the rest ------------------------------------------------------------------------------------------------------
  const ladder = createLadder(shell, {
    scores,
    width,
    height,
    image: data.image,
    toggle: (path) => store.commit({ ...store.state, apart: null, [path]: !store.state[path] }),
  });
  const table = createScores({
    presets: data.presets,
    apart,
    measure: (state) => metrics(state, data),
    onCut: (state) => store.commit({ ...store.state, ...state }),
    onApart: (state, name) =>
      store.commit({ ...store.state, ...state, apart: store.state.apart === name ? null : name }),
  });
  const crop = createCrop(shell, {
    stage,
    size: data.crop,
    width,
    height,
    photo: () => (photo.complete ? photo : null),
    hover,
    pin,
  });
  const probe = createProbe(shell, { classes, scale: data.scale });
  const nets = Object.keys(apart).map((name) => {
    const { state } = data.presets.find((p) => p.id === name);
    return [name, metrics({ ...state, apart: name }, data).mean_iou, metrics(state, data).mean_iou];
  });
  const rounding = data.rounding.toPrecision(1);
  const note = h(
    "div",
    { class: "note", role: "note", "data-testid": "note" },
    h("p", {}, strings.note.honest, nets.length ? ` ${strings.note.apart(nets)}` : ""),
    h("p", {}, strings.note.one(rounding)),
  );

  shell.body.append(
    h(
      "div",
      { class: "board" },
      h("div", { class: "left" }, control("diagram", ladder.el), control("table", table.el)),
      h(
        "div",
        { class: "right" },
        control("views", h("div", { class: "views" }, views.el)),
        stage.el,
        caption,
        control("scores", table.tiles),
        control("legend", legend),
      ),
    ),
    h("div", { class: "board details" }, control("crop", crop.el), control("probe", probe.el)),
    control("note", note),
  );

  // --- every change --------------------------------------------------------------------------------------------------
  return ({ state, view, metrics: m, theme }) => {
    const { fused, prediction } = derive(state, data);
    const pixel = hovered ?? view.pixel;
    const away = state.apart !== null;
    views.value = view.show;
    caption.textContent = strings.captions[view.show];

    const [lit] = light.parts ?? [];
    const path = lit?.startsWith("path-"); // a path has no pixels of its own: nothing steps back for it
    const of = (alpha) => classes.map((_, k) => ({ ...styleOf(shell, k, alpha), ...(path && { part: lit }) }));
    const empty = { color: shell.color("ignore"), hatch: HATCH.ignore, alpha: 0.5, part: "void" };
    const ground = { ...empty, hatch: CLASS_HATCHES[0], alpha: 0 };
    let labels = prediction;
    let styles = of(0.85);
    if (view.show === "truth") {
      styles = [...of(0.85), empty];
      labels = truth.map((label) => (label === IGNORE ? classes.length : label));
    } else if (view.show === "errors") {
      // Right and wrong, once for pixels that are of the class pointed at, and once for the others.
      const own = (label) => (path || `class-${label}` === lit ? 3 : 0);
      labels = truth.map((label, i) => (label === IGNORE ? 2 : own(label) + (label === prediction[i] ? 0 : 1)));
      const right = { color: shell.color("agreement"), alpha: 0.3 };
      const wrong = { color: shell.color("prediction"), hatch: HATCH.prediction, alpha: 0.75 };
      styles = [right, wrong, empty, { ...right, part: lit }, { ...wrong, part: lit }];
    } else if (view.show === "image") {
      labels = new Uint8Array(truth.length);
      styles = [ground];
    }
    bare.hidden = view.show !== "image";
    const look = JSON.stringify([
      state,
      view.show,
      view.crop,
      theme,
      shell.color("truth"),
      shell.color("hue-0"),
      [...(light.parts ?? [])],
    ]);
    const still = moved && look === painted;
    moved = false;
    painted = look;
    if (!still)
      stage.show({
        labels,
        styles,
        outlines:
          view.show === "prediction" || view.show === "errors"
            ? [{ mask: borders, color: shell.color("truth"), width: 1.25, halo: true }]
            : [],
      });
    stage.place(mark, pixel[1], pixel[0], pixel[1] + 1, pixel[0] + 1);
    m.iou.forEach((value, k) => (ious[k].textContent = score(value)));

    ladder.draw({ keep: state, away, fused, prediction, pixel });
    table.draw(state, m);
    crop.draw({ borders, labels: prediction, styles: of(0.85), pixel, still });
    probe.draw({ keep: state, away, paths, truth, pixel, width, height });
  };
}

/** The crop in which the pixel is in the middle. */
const around = ([row, col], size, [height, width]) => [
  Math.min(height - size, Math.max(0, row - (size >> 1))),
  Math.min(width - size, Math.max(0, col - (size >> 1))),
];

export default defineWidget({
  name: "skips",
  strings,
  palettes: { own: { ...OKABE_ITO, classes: [] }, "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: (data) => ({ show: "prediction", pixel: data.pixel, crop: around(data.pixel, data.crop, data.shape) }),
  metrics,
  python,
  announce: (state, m) => strings.announce(keptWords(state), m),
  build,
});
