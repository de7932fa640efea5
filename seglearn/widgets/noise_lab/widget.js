/** Noise lab: noise on a picture, a filter against it, and what PSNR, SSIM and a trained network say of the result. */

import worker from "worker:./parts/worker.js";
import { reachOf } from "../web/core/denoise.js";
import { py, pythonLiteral, pythonName } from "../web/core/python.js";
import { segmented, slider } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { createFormula, frac, op, row, term, text, variable } from "../web/ui/formula.js";
import { arrow } from "../web/ui/keys.js";
import { hostModel, throttle } from "../web/ui/model.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { labOf, marksOf, ready } from "./parts/compute.js";
import { createHistogram, createNetwork, createScores } from "./parts/panels.js";
import { createPicture, pictureOf } from "./parts/picture.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const PAIRS = {
  "noisy-filtered": ["noisy", "filtered"],
  "clean-filtered": ["clean", "filtered"],
  "clean-noisy": ["clean", "noisy"],
  taken: ["taken"],
};
const AFTER = new Set(["filtered", "taken", "error", "ssim"]); // what there is once the filter is through
const TERMS = { mse: ["error"], clean: ["clean"], filtered: ["filtered"], noise: ["noise"] };
const [x, y] = [variable("x"), variable("y")];
const noise = (inside) => term("noise", inside, strings.terms.noise);
const impulse = (v) => row(y, op("="), noise(text(v)), text(strings.probability), variable("a"));
const FORMULAS = {
  gaussian: row(y, op("="), x, op("+"), noise(variable("n"))),
  salt: impulse(1),
  pepper: impulse(0),
  "salt-and-pepper": impulse(strings.either),
  poisson: row(y, op("="), frac(noise(variable("K")), variable("N"))),
  speckle: row(y, op("="), x, op("·"), noise(variable("g"))),
};

let host = null; // the model of the widget that is being made; none in a page without a kernel

function python({ picture, noise: kind, strength, salt, seed, filter, setting }, { filters }) {
  const images = {
    camera: 'samples.photograph("camera").image[96:352, 96:352]',
    cup: 'samples.photograph("coffee").image[114:306, 280:472]',
    scene: "scenes.make_scene((3, 7), (96, 96)).image",
    cards: "np.repeat([0.05, 0.25, 0.5, 0.75, 0.95], 24) * np.ones((96, 1))",
  };
  const halved = picture === "camera" || picture === "cup";
  const parameter = filters.find((f) => f.name === filter).parameter;
  const uneven = kind === "salt-and-pepper" && salt !== 0.5;
  return [
    halved && "from skimage.transform import downscale_local_mean\n",
    picture === "cards" && "import numpy as np\n",
    halved && "from seglearn.data import samples",
    picture === "scene" && "from seglearn.data import scenes",
    "from seglearn.imaging import denoise, fidelity, noise",
    "",
    picture === "given" ? strings.pythonOwn : `clean = ${images[picture]}`,
    halved && `clean = downscale_local_mean(clean, (2, 2${picture === "cup" ? ", 1" : ""}))`,
    uneven
      ? py`noisy = noise.salt_and_pepper(clean, ${strength}, rng=${seed}, salt_vs_pepper=${salt})`
      : py`noisy = noise.add(clean, ${kind}, ${strength}, rng=${seed})`,
    `${py`filtered = denoise.apply(noisy, ${filter}`}${setting === null ? "" : `, ${pythonName(parameter)}=${pythonLiteral(setting)}`})`,
    strings.pythonNote,
    "print(fidelity.psnr(clean, filtered), fidelity.ssim(clean, filtered))",
    "",
  ]
    .filter((line) => line || line === "")
    .join("\n");
}

const nearest = (list, v) =>
  list.reduce((best, one, i) => (Math.abs(Math.log(one / v)) < Math.abs(Math.log(list[best] / v)) ? i : best), 0);

function build(shell) {
  const { store, data, light, control } = shell;
  const lab = labOf(data, worker);
  shell.onClose(lab.subscribe(shell.measureAgain));
  const kernel = host && hostModel(host);
  if (kernel) shell.onClose(() => kernel.close());
  light.terms(TERMS);
  const put = (patch) => {
    store.commit({ ...store.state, ...patch });
    // Who chooses a filter wants to see what it does.
    if ((patch.filter ?? "none") !== "none" && store.view.pair === "clean-noisy")
      store.look({ pair: "noisy-filtered" });
  };

  /** A slider over marks; while it is dragged the picture follows as fast as it can be computed. */
  const along = (id, label, marksNow, format, valueNow) => {
    let latest = 0;
    const show = () => store.preview({ ...store.state, [id]: latest });
    const soon = throttle(show, 16);
    const late = throttle(show, 120);
    shell.onClose(soon.stop);
    shell.onClose(late.stop);
    const stop = () => [soon, late].forEach((t) => t.stop());
    const one = slider({
      label,
      id,
      min: 0,
      max: 1,
      value: 0,
      format: (i) => {
        const marks = marksNow();
        const v = valueNow();
        // A value between the marks, set by Python, is shown as it is.
        return format(marks.length && i === nearest(marks, v) ? v : marks[i]);
      },
      onInput: (i) => {
        latest = marksNow()[i];
        stop();
        (lab.cost > 16 ? late : soon).soon();
      },
      onChange: (i) => {
        stop();
        put({ [id]: marksNow()[i] });
      },
    });
    const input = one.el.querySelector("input");
    return {
      el: one.el,
      draw() {
        const marks = marksNow();
        input.max = String(Math.max(0, marks.length - 1));
        if (marks.length) one.value = nearest(marks, valueNow());
      },
    };
  };
  const choice = (id, values, label, words, onChange) =>
    segmented({ label, id, options: values.map((value) => ({ value, label: words[value] })), onChange });

  // --- noise and filter -------------------------------------------------------------------------------------------
  const strengths = () => marksOf(lab.strengths[store.state.noise]);
  const settings = () => marksOf(lab.settings[store.state.filter].filter((v) => v !== null));
  const noises = choice("noise", Object.keys(lab.strengths), strings.noise, strings.noises, (kind) => {
    const at = nearest(strengths(), store.state.strength); // as strong as before, in its own unit
    put({ noise: kind, strength: marksOf(lab.strengths[kind])[at] });
  });
  const last = {};
  const filters = choice("filter", Object.keys(lab.settings), strings.filter, strings.filters, (filter) => {
    last[store.state.filter] = store.state.setting;
    const list = lab.settings[filter];
    put({ filter, setting: last[filter] ?? list[list.length >> 1] });
  });
  const strength = along(
    "strength",
    strings.strength,
    strengths,
    (v) => strings.strengths[store.state.noise](v),
    () => store.state.strength,
  );
  const setting = along(
    "setting",
    strings.setting,
    settings,
    (v) => (v == null ? "" : strings.settings[store.state.filter](v)),
    () => store.state.setting,
  );
  const salt = slider({
    label: strings.salt,
    id: "salt",
    min: 0,
    max: 100,
    step: 10,
    value: 50,
    format: (v) => `${v}\u202f%`,
    onInput: (v) => store.preview({ ...store.state, salt: v / 100 }),
    onChange: (v) => put({ salt: v / 100 }),
  });
  const law = createFormula(light, strings.law);
  law.el.dataset.testid = "law";
  light.bind(strength.el, { part: "noise" });
  const panel = (id, title, ...inside) => control(id, h("div", { class: "knobs" }, h("b", {}, title), inside));
  const idea = h("span", { class: "quiet-note", "data-testid": "idea" });

  // --- the picture ------------------------------------------------------------------------------------------------
  const canvas = h("canvas", { "data-testid": "picture-canvas", "aria-hidden": "true" });
  const line = h("div", { class: "divider", "aria-hidden": "true" });
  const [tagLeft, tagRight] = ["left", "right"].map((side) =>
    h("span", { class: `stage-tag tag-${side}`, "data-testid": `tag-${side}` }),
  );
  const frame = h(
    "div",
    { class: "stage", tabindex: "0", role: "application", "aria-label": strings.stage, "data-testid": "stage" },
    canvas,
    line,
    tagLeft,
    tagRight,
  );
  const paint = createPicture(shell, canvas);
  let probe = null;
  let tell = false;
  const size = () => lab.clean(store.state);
  const clamp = (v, n) => Math.min(n - 1, Math.max(0, Math.floor(v)));
  const shareOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const divide = (share) => store.look({ at: Math.round(100 * Math.min(1, Math.max(0, share))) });
  let dragging = false;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    dragging = true;
    frame.setPointerCapture(event.pointerId);
    divide(shareOf(event)[0]);
  });
  frame.addEventListener("pointermove", (event) => {
    const [left, top] = shareOf(event);
    if (dragging) return divide(left);
    const { width, height } = size();
    probe = { row: clamp(top * height, height), col: clamp(left * width, width) };
    shell.redraw();
  });
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => (dragging = false));
  const leave = () => {
    probe = null;
    shell.redraw();
  };
  frame.addEventListener("pointerleave", leave);
  frame.addEventListener("blur", leave);
  frame.addEventListener("keydown", (event) => {
    const by = arrow(event);
    if (!by || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { width, height } = size();
    const [dx, dy] = by.map((v) => (event.shiftKey ? 10 * v : v));
    const { row: r, col } = probe ?? { row: height >> 1, col: width >> 1 };
    probe = { row: clamp(r + dy, height), col: clamp(col + dx, width) };
    tell = true;
    shell.redraw();
  });
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(frame);
  shell.onClose(() => observer.disconnect());

  const swipe = slider({
    label: strings.swipe,
    id: "swipe",
    min: 0,
    max: 100,
    value: 50,
    format: (v) => `${v}\u202f%`,
    onInput: (at) => store.look({ at }),
  });
  const pictures = choice("picture", Object.keys(data.pictures), strings.pictures.label, strings.pictures, (picture) =>
    put({ picture }),
  );
  const pairs = choice("pair", Object.keys(PAIRS), strings.pairs.label, strings.pairs, (pair) => store.look({ pair }));
  const caption = h("p", { class: "quiet-note", "data-testid": "caption" });

  const scores = createScores(shell);
  const histogram = createHistogram(
    shell,
    choice("bars", ["values", "errors"], strings.histogram.label, strings.histogram, (kind) =>
      store.look({ histogram: kind }),
    ),
  );
  const network = createNetwork(shell, lab, put, kernel);
  if (Object.keys(data.pictures).length > 1) shell.head.append(control("pictures", pictures.el));
  shell.body.append(
    h(
      "div",
      { class: "columns" },
      h("div", { class: "left" }, frame, swipe.el, control("views", pairs.el)),
      h(
        "div",
        { class: "right" },
        panel("noise", strings.noise, noises.el, h("div", { class: "dials" }, strength.el, law.el, salt.el)),
        panel("filter", strings.filter, filters.el, h("div", { class: "dials" }, setting.el, idea)),
        control("scores", scores.el),
      ),
      h("div", { class: "left" }, control("scores", scores.formula), caption),
      control("histogram", histogram.el),
    ),
    control("network", network.el),
  );

  const valuesAt = ({ data: samples, width, channels }, { row: r, col }) =>
    Array.from({ length: channels }, (_, c) => samples[(r * width + col) * channels + c].toFixed(2)).join(" ");
  const spread = (image) => {
    const truth = lab.clean(store.state).data;
    return Math.sqrt(image.data.reduce((sum, v, i) => sum + (v - truth[i]) ** 2, 0) / truth.length);
  };

  // --- every change -------------------------------------------------------------------------------------------------
  let shown = null;
  const seed = shell.body.parentElement.querySelector("[data-testid=seed]");
  return ({ state, view, metrics }) => {
    if (!seed.matches(":focus")) seed.value = state.seed; // presets and undo may have changed it
    const filtered = lab.filtered(state);
    const found = lab.scores(state, filtered);
    const all = { clean: lab.clean(state), noisy: lab.noisy(state), filtered, scores: found };
    const { width, height } = all.clean;
    frame.style.setProperty("--columns", width);
    frame.style.setProperty("--rows", height);
    if (probe) probe = { row: clamp(probe.row, height), col: clamp(probe.col, width) };
    noises.value = state.noise;
    filters.value = state.filter;
    pictures.value = state.picture;
    pairs.value = view.pair;
    strength.draw();
    setting.draw();
    salt.value = Math.round(100 * state.salt);
    salt.el.classList.toggle("away", state.noise !== "salt-and-pepper");
    setting.el.classList.toggle("away", state.setting === null);
    idea.textContent = strings.ideas[state.filter];
    if (shown !== state.noise) law.show(FORMULAS[state.noise]);
    shown = state.noise;

    const lit = [...(light.parts ?? [])][0];
    const [left, right] = lit ? [lit] : PAIRS[view.pair];
    line.hidden = !right;
    tagLeft.hidden = right && view.at < 12; // there is no room for it
    tagRight.hidden = !right || view.at > 88;
    swipe.el.classList.toggle("idle", !PAIRS[view.pair][1]);
    swipe.value = view.at;
    line.style.left = `${view.at}%`;
    const pending = lab.pending(state);
    const tag = (part) => (pending && AFTER.has(part) ? strings.computing(strings.parts[part]) : strings.parts[part]);
    tagLeft.textContent = tag(left);
    tagRight.textContent = right ? tag(right) : "";
    frame.setAttribute("aria-busy", String(pending));
    const reach = reachOf(state.filter, state.setting);
    paint({
      left: pictureOf(left, all),
      right: right && pictureOf(right, all),
      at: right ? view.at / 100 : 1,
      probe,
      reach,
    });
    const values = probe && ["clean", "noisy", "filtered"].map((part) => valuesAt(all[part], probe));
    caption.textContent = probe ? strings.probe(probe.row, probe.col, ...values, reach > 0) : strings.hint;
    if (tell) shell.say(caption.textContent);
    tell = false;
    scores.draw(metrics, found.mse, pending);
    histogram.draw(view.histogram, all, spread);
    network.draw(state, view, lab.network(state));
  };
}

const NAME = "noise_lab";
// In a page without a kernel the shell mounts at once, so what is packed there is opened before.
for (const script of document.querySelectorAll(
  `[data-seglearn=${NAME}]:not([data-mounted]) > [type="application/json"]`,
)) {
  await ready(JSON.parse(script.textContent)._data);
}
const { render } = defineWidget({
  name: NAME,
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: ({ view }) => view,
  metrics: (state, data) => labOf(data, worker).metrics(state),
  python,
  announce: (state, metrics) => strings.announce(metrics),
  seeded: (seed, state) => ({ ...state, seed }),
  build,
});

export default {
  async render(context) {
    await ready(context.model.get("_data"));
    host = context.model;
    try {
      return render(context);
    } finally {
      host = null;
    }
  },
};
