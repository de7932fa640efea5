/** Noise lab: noise on a picture, a filter against it, and what PSNR, SSIM and a trained network say of the result. */

import { slowScript } from "../web/core/denoise.js";
import { h } from "../web/ui/dom.js";
import { ownPicture } from "../web/ui/own_picture.js";
import { OKABE_ITO_ROLES, TOL_ROLES } from "../web/ui/palette.js";
import { seeds } from "../web/ui/seed.js";
import { pictureSelect } from "../web/ui/select.js";
import { defineWidget } from "../web/ui/shell.js";
import { labOf, ready } from "./parts/compute.js";
import { goals, guesses } from "./parts/goals.js";
import { createHistogram } from "./parts/histogram.js";
import { createKnobs } from "./parts/knobs.js";
import { createNetwork } from "./parts/network.js";
import { python } from "./parts/python.js";
import { createGain, createScores } from "./parts/scores.js";
import { createSwipe } from "./parts/swipe.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const MOST = 128; // pixels a side; beyond, a slider is no longer smooth
const worker = slowScript();

const CONTROLS = { network: "network" }; // what a stage stands and falls with
/** Names an element for `hide`, and says in which stages it is there. */
const placed = ({ control }, name, stages, el) => {
  if (stages) el.dataset.stage = stages;
  return control(name, el);
};

/** Puts the parts where they belong. */
function arrange(shell, { pictures, own, knobs, swipe, gain, scores, histogram, network }) {
  const at = (name, stages, el) => placed(shell, name, stages, el);
  own.el.dataset.stage = "picture";
  const choice = at("pictures", "picture scores", h("span", {}, pictures.el));
  const under = h("div", { class: "under" }, choice, own.el, at("views", "scores", swipe.pairs));
  const left = h("div", { class: "left" }, swipe.el, under, placed(shell, "hint", "picture scores", swipe.caption));
  const map = at("network", "network", network.el);
  const columns = h(
    "div",
    { class: "split columns" },
    left,
    h(
      "div",
      { class: "right" },
      at("noise", "", knobs.noise),
      at("filter", "", knobs.filter),
      at("scores", "picture", gain.el),
      at("scores", "scores", scores.el),
      at("scores", "scores", scores.formula),
      at("histogram", "scores", histogram.el),
    ),
    map,
    at("network", "network", network.plot),
    at("network", "network", network.words),
  );
  shell.body.append(columns);
  /** In the last stage the map lies above the picture, and Tab comes by in this order. */
  return (stage) => {
    const before = stage === "network" ? map : null;
    if (left.previousSibling === before) return;
    if (before) before.after(left);
    else columns.prepend(left);
  };
}

function build(shell) {
  const { store, data, light } = shell;
  const lab = labOf(data, worker);
  shell.onClose(lab.subscribe(shell.measureAgain));
  light.terms({ mse: ["error"], clean: ["clean"], filtered: ["filtered"], noise: ["noise"] });
  const put = (patch) => {
    store.commit({ ...store.state, ...patch });
    // Who chooses a filter wants to see what it does.
    if ((patch.filter ?? "none") !== "none" && store.view.pair === "clean-noisy")
      store.look({ pair: "noisy-filtered" });
  };
  const swipe = createSwipe(shell, lab);
  const parts = {
    knobs: createKnobs(shell, lab, put),
    pictures: pictureSelect(data.pictures, strings.pictures, (picture) => put({ picture })),
    own: ownPicture(shell, {
      drop: swipe.frame,
      most: MOST,
      onPicture(picture) {
        lab.take(picture);
        put({ picture: "own" });
        shell.measureAgain(); // another one of the same name
      },
    }),
    swipe,
    gain: createGain(),
    scores: createScores(shell),
    histogram: createHistogram(shell),
    network: createNetwork(shell, lab, put),
  };
  const place = arrange(shell, parts);
  const stages = Object.entries(strings.stages).map(([id, label]) => ({ id, label, control: CONTROLS[id] }));
  shell.stages(stages, strings.stagesLabel);
  const seed = shell.body.parentElement.querySelector("[data-testid=seed]");

  return (drawing) => {
    const { state, view, metrics, why } = drawing;
    place(view.stage);
    if (!seed.matches(":focus")) seed.value = state.seed; // presets and undo may have changed it
    const filtered = lab.filtered(state);
    const found = lab.scores(state, filtered);
    const all = { clean: lab.clean(state), noisy: lab.noisy(state), filtered, scores: found };
    const pending = lab.pending(state);
    parts.pictures.draw(state.picture, lab.hasOwn);
    parts.knobs.draw(state);
    parts.swipe.draw(drawing, all, pending);
    parts.gain.draw(metrics, pending, why);
    parts.scores.draw(metrics, found.mse, pending);
    parts.histogram.draw(view.histogram, all);
    parts.network.draw(state, view);
  };
}

export default defineWidget({
  name: "noise_lab",
  strings,
  palettes: { "okabe-ito": OKABE_ITO_ROLES, tol: TOL_ROLES },
  css,
  view: ({ view }) => view,
  metrics: (state, data) => labOf(data, worker).metrics(state),
  python,
  goals,
  guesses,
  announce: (state, metrics) => strings.announce(metrics),
  seeded: seeds((seed, state) => ({ ...state, seed })),
  ready,
  build,
});
