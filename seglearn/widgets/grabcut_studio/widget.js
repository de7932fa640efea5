/** GrabCut studio: a box, strokes, and an object that GrabCut cuts out of a photograph, iteration by iteration. */
import boxCss from "../web/ui/box.css";
import { segmented } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { ownPicture } from "../web/ui/own_picture.js";
import { OKABE_ITO_ROLES, TOL_ROLES } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { createColours } from "./parts/colours.js";
import { createEnergy, TERMS } from "./parts/energy.js";
import { goals, guesses } from "./parts/goals.js";
import { createPicture, VIEWS } from "./parts/picture.js";
import { python } from "./parts/python.js";
import { createRun } from "./parts/run.js";
import { createScore } from "./parts/score.js";
import { ready, studioOf } from "./parts/studio.js";
import { createTools } from "./parts/tools.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const MOST = 240; // pixels a side of the reader's own picture; an iteration takes less than a second
const CONTROLS = { colours: "components", energy: "energy" }; // what a stage stands and falls with

/** A document for a picture that has just come: its middle is the box. */
function opened({ width, height }) {
  const [x, y] = [Math.floor(width / 8), Math.floor(height / 8)];
  const box = [x, y, Math.max(x + 1, width - x), Math.max(y + 1, height - y)];
  return { picture: "own", box, scribbles: `0 ${width * height}`, strokes: 0, start: null, iteration: 0 };
}

/** @param {Shell} shell */
function build(shell) {
  const { store, data, light, control, body } = shell;
  const studio = studioOf(data);
  light.terms(TERMS);
  const tools = createTools(shell);
  const picture = createPicture(shell, studio);
  const run = createRun(shell, studio, picture.drawing);
  const own = ownPicture(shell, {
    drop: picture.frame,
    most: MOST,
    onPicture(given) {
      run.stop();
      studio.take(given);
      store.commit(opened(given));
      shell.measureAgain(); // another one of the same name
    },
  });
  const caption = h("p", { class: "hint", "data-testid": "caption" });
  const views = segmented({
    label: strings.views.label,
    id: "show",
    options: VIEWS.map((value) => ({ value, label: strings.views[value] })),
    onChange: (show) => store.look({ show }),
  });
  const score = createScore(studio);
  const colours = createColours(shell, studio);
  const energy = createEnergy(shell, studio);
  const at = (name, stages, el) => {
    el.dataset.stage = stages;
    return control(name, el);
  };
  shell.stages(Object.entries(strings.stages).map(([id, label]) => ({ id, label, control: CONTROLS[id] })));
  colours.el.dataset.stage = "colours";
  own.el.dataset.stage = "cut";
  const left = h(
    "div",
    { class: "left" },
    picture.frame,
    h("div", { class: "under" }, control("views", h("div", { class: "views" }, views.el, caption)), own.el),
  );
  const right = h(
    "div",
    { class: "right" },
    control("run", h("div", { class: "running" }, run.el, run.note)),
    at("score", "cut", score.el),
    colours.el,
    at("energy", "energy", energy.el),
  );
  body.append(control("tools", tools.el), h("div", { class: "split" }, left, right));

  return (drawing) => {
    const { state, view, metrics, why } = drawing;
    tools.draw(view);
    views.value = view.show;
    caption.textContent = strings.captions[view.show];
    picture.draw(drawing);
    run.draw(state, why);
    score.draw(drawing);
    colours.draw(state, picture.probed());
    energy.draw(state, metrics);
  };
}

export default defineWidget({
  name: "grabcut_studio",
  strings,
  palettes: { "okabe-ito": OKABE_ITO_ROLES, tol: TOL_ROLES },
  css: boxCss + css,
  // On a touch screen no tool is in hand at first, so that the page can be scrolled past the picture.
  view: (data) => ({ tool: matchMedia("(pointer: coarse)").matches ? null : "box", brush: 7, ...data.view }),
  metrics: (state, data) => studioOf(data).metrics(state),
  python,
  announce: strings.announce,
  goals,
  guesses,
  ready,
  build,
});
