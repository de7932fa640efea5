/** Superpixel lab: SLIC step by step on a photograph, its quality, and six other methods beside it. */
import { segmented } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { ownPicture } from "../web/ui/own_picture.js";
import { OKABE_ITO_ROLES, TOL_ROLES } from "../web/ui/palette.js";
import { pictureSelect } from "../web/ui/select.js";
import { defineWidget } from "../web/ui/shell.js";
import { centresOf, createEase, gradientAround, moveOf } from "./parts/centres.js";
import { createCompare } from "./parts/compare.js";
import { labOf, ready } from "./parts/compute.js";
import { goals, guesses } from "./parts/goals.js";
import { createPanel } from "./parts/panels.js";
import { createPicture } from "./parts/picture.js";
import { createProbe } from "./parts/probe.js";
import { python } from "./parts/python.js";
import { createRegion } from "./parts/region.js";
import { createScores, nameOf } from "./parts/scores.js";
import { createSliders, nearest } from "./parts/sliders.js";
import { createSteps } from "./parts/steps.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const MOST = 256; // pixels a side; beyond, a slider is no longer smooth
const OVERLAYS = { boundary_recall: "hits", undersegmentation: "leak", achievable_accuracy: "leak" };

/** Puts the parts where they belong; what carries `data-stage` is there in those stages only. */
function arrange(
  { body, control },
  { sliders, player, probe, pictures, own, views, caption, panel, region, scores, compare },
) {
  const at = (name, stages, el) => {
    el.dataset.stage = stages;
    return control(name, el);
  };
  own.el.dataset.stage = "regions";
  const under = h(
    "div",
    { class: "under" },
    at("pictures", "regions compare", h("span", {}, pictures.el)),
    own.el,
    at("views", "regions", views.el),
    caption,
  );
  const note = h("p", { class: "hint", "data-stage": "compare" }, strings.compare.note);
  const columns = h(
    "div",
    { class: "split columns" },
    h("div", { class: "left" }, probe.frame, under, note),
    h(
      "div",
      { class: "right" },
      at("panel", "steps", panel.el),
      at("scores", "regions scores", scores.el),
      at("scores", "scores", scores.inside),
      at("region", "regions", region.el),
    ),
    compare ? at("compare", "compare", compare.el) : "",
  );
  body.append(control("sliders", sliders.el), at("steps", "regions steps", player.el), columns);
}

/** The stage "compare" is a part of the document, since it changes what is measured; the others are views of it. */
function keepTogether({ store, data, onClose }, lab, put) {
  const agree = (why) => {
    const { state, view } = store;
    const [wanted, is] = [view.stage === "compare", state.tab === "compare"];
    if (wanted === is) return;
    if (why !== "view") store.look({ stage: is ? "compare" : "regions" });
    else if (wanted) {
      const picture = state.picture === "own" ? Object.keys(data.pictures)[0] : state.picture;
      put({ tab: "compare", picture, n_segments: lab.sizes[nearest(lab.sizes, state.n_segments)] });
    } else put({ tab: "steps", method: "slic" });
  };
  onClose(store.subscribe(agree));
}

/** All that is drawn on the picture and told beside it. */
function sceneOf({ state, view }, lab, { probe, lit, ease }) {
  const { width, height, truth, names } = lab.pictureOf(state);
  const comparing = state.tab === "compare";
  const slic = lab.slic(state);
  const { labels } = lab.shown(state);
  const quality = lab.quality(state);
  const moves = centresOf(state, slic, ease);
  const under = labels ? labels[probe.row * width + probe.col] : null;
  // Before pixels are assigned, the centre at hand is the nearest one.
  const far = ([y, x]) => Math.hypot(y - probe.row, x - probe.col);
  const k = under ?? moves.centres.reduce((best, c, i, all) => (far(c) < far(all[best]) ? i : best), 0);
  const steps = view.stage === "steps" && !comparing;
  const overlay = ["found", "missed", "leak"].find((part) => lit?.has(part)) ?? (steps ? null : OVERLAYS[view.score]);
  const error = view.score === "undersegmentation" ? view.error : "undersegmentation_bleeding"; // what ASA lacks
  return {
    state,
    width,
    height,
    names,
    rgba: lab.seen(state).rgba,
    means: view.show === "means" && view.stage === "regions",
    labels,
    regions: labels && lab.regions(state),
    quality,
    truth: truth?.truth,
    overlay: quality?.hits && overlay,
    leak: quality?.leaks?.[error],
    lit,
    k,
    region: under,
    connected: slic.connected,
    step: comparing ? null : slic.step,
    nSeeds: slic.seeds.length,
    grid: !comparing && state.stage === "seeds" && slic.tiles,
    window: steps && !labels && [0, 0, 0, ...moves.centres[k]],
    ...moves,
    probe,
    candidates: !steps || !labels || state.stage === "update" ? [] : lab.candidates(state, probe),
  };
}

function createParts(shell, lab) {
  const { store, data } = shell;
  const player = createSteps(shell);
  const probe = createProbe(shell, () => lab.pictureOf(store.state));
  const take = (picture) => {
    lab.take(picture);
    probe.forget();
    const most = picture.width * picture.height;
    player.put({ picture: "own", tab: "steps", method: "slic", n_segments: Math.min(store.state.n_segments, most) });
    shell.measureAgain(); // another one of the same name
  };
  const views = segmented({
    label: strings.show.label,
    id: "show",
    options: ["borders", "means"].map((value) => ({ value, label: strings.show[value] })),
    onChange: (show) => store.look({ show }),
  });
  return {
    player,
    probe,
    pictures: pictureSelect(data.pictures, strings.pictures, (picture) => {
      probe.forget();
      player.put({ picture });
    }),
    own: ownPicture(shell, { drop: probe.frame, most: MOST, onPicture: take }),
    views,
    sliders: createSliders(shell, lab, player),
    caption: h("span", { class: "hint", "data-testid": "caption", "data-secondary": true }),
    panel: createPanel(shell),
    region: createRegion(shell.light),
    scores: createScores(shell),
    compare: data.methods && createCompare(lab, (method) => player.put({ method })),
  };
}

function build(shell) {
  const { data, light } = shell;
  const lab = labOf(data);
  light.terms(Object.fromEntries(Object.keys(strings.terms).map((part) => [part, [part]])));
  const parts = createParts(shell, lab);
  const { player, probe, pictures, views, sliders, caption, panel, region, scores, compare } = parts;
  arrange(shell, parts);
  const paint = createPicture(shell, probe.canvas);
  const ease = createEase(shell);
  const stages = ["regions", "steps", "scores", data.methods && "compare"].filter(Boolean);
  shell.stages(
    stages.map((id) => ({ id, label: strings.tabs[id], control: CONTROLS[id] })),
    strings.tabs.label,
  );
  keepTogether(shell, lab, player.put);

  return ({ state, view, metrics, why }) => {
    if (!["preview", "redraw", "view"].includes(why)) player.stop();
    const scene = sceneOf({ state, view }, lab, { probe: probe.probed(), lit: light.parts, ease });
    pictures.draw(state.picture, lab.hasOwn() && state.tab !== "compare"); // nothing is recorded on the reader's own
    probe.fit(scene);
    views.value = view.show;
    sliders.draw(state);
    player.draw(state);
    caption.textContent = strings.probe(scene.probe.row, scene.probe.col);
    paint({ ...scene, large: shell.body.parentElement.dataset.size === "projector" });
    if (state.tab === "compare") compare.draw(state, metrics, nameOf("undersegmentation", view.error));
    else {
      const slic = lab.slic(state);
      panel.draw({
        ...scene,
        gradient: state.stage === "nudge" && gradientAround(slic, lab.seen(state), scene, scene.k),
        move: state.stage === "update" && moveOf(slic, state.iteration, scene.k),
      });
    }
    const said = region.draw(scene);
    scores.draw(metrics, scene.quality, { view, why }, lab.pictureOf(state).truth?.radius ?? null);
    if (probe.told()) shell.say([caption.textContent, said].filter(Boolean).join(". "));
  };
}

const CONTROLS = { steps: "panel", scores: "scores", compare: "compare" }; // what a stage stands and falls with
export default defineWidget({
  name: "superpixel_lab",
  strings,
  palettes: { "okabe-ito": OKABE_ITO_ROLES, tol: TOL_ROLES },
  css,
  view: ({ view }) => view,
  metrics: (state, data) => labOf(data).metrics(state),
  python,
  goals,
  guesses,
  announce: (state, metrics) => strings.announce(metrics),
  ready,
  build,
});
