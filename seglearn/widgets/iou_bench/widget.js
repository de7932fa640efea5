/** IoU & Dice bench: two shapes, boxes or masks, and every overlap score of theirs, live. */
import boxCss from "../web/ui/box.css";
import { h } from "../web/ui/dom.js";
import { score } from "../web/ui/format.js";
import { ownPicture } from "../web/ui/own_picture.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { seeds } from "../web/ui/seed.js";
import { defineWidget } from "../web/ui/shell.js";
import { createAreas } from "./parts/areas.js";
import { createScoreFormula } from "./parts/formulas.js";
import { goals, guesses } from "./parts/goals.js";
import { derive, metrics, python, seeded } from "./parts/model.js";
import { createPicture } from "./parts/picture.js";
import { scoreList } from "./parts/scores.js";
import { diceStrip } from "./parts/strip.js";
import { createTools } from "./parts/tools.js";
import css from "./style.css";
import { strings } from "./words/en.js";

/** First the picture and one number; then all five; then how two of them hang together. */
const STAGES = ["overlap", "scores", "curve"];

/** @param {Shell} shell */
function build(shell) {
  const { store, control } = shell;
  const tools = createTools(shell);
  const picture = createPicture(shell);
  const [height, width] = store.state.shape;
  const own = ownPicture(shell, {
    drop: picture.stage.el,
    ratio: width / height,
    onPicture: ({ url }) => picture.stage.lay(url),
  });
  const areas = createAreas(shell);
  const scores = scoreList(shell);
  const formula = createScoreFormula(shell);
  const strip = diceStrip();
  shell.stages(STAGES.map((id) => ({ id, label: strings.stages[id] })));
  own.el.dataset.stage = "overlap";
  const right = h(
    "div",
    { class: "right" },
    control("areas", areas.el),
    control("metrics", scores.el),
    control("formula", h("div", { "data-stage": "overlap scores" }, formula.el)),
    control("strip", h("div", { "data-stage": "curve" }, strip.el)),
  );
  shell.body.append(
    h("div", { class: "bar" }, tools.el, own.el),
    h("div", { class: "split" }, picture.stage.el, right),
  );
  // Whoever starts again edits the prediction again, whichever shape was moved last.
  shell.onClose(store.subscribe((why) => why === "reset" && store.look({ target: "prediction" })));

  return (drawing) => {
    const { state, view, metrics: m } = drawing;
    // One of several scores is chosen only where there are several.
    const metric = view.stage === "scores" ? view.metric : "iou";
    right.dataset.at = view.stage;
    tools.draw(drawing);
    picture.draw(drawing, metric === "boundary_iou");
    areas.draw(derive(state).areas);
    scores.draw(drawing, metric);
    formula.draw(drawing, metric);
    strip.show(m);
  };
}

export default defineWidget({
  name: "iou_bench",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css: boxCss + css,
  // On a touch screen no tool is in hand at first, so that the page can be scrolled past the stage.
  view: (data) => ({
    stage: "overlap",
    metric: "iou",
    target: "prediction",
    tool: matchMedia("(pointer: coarse)").matches ? null : "move",
    brush: 9,
    ...data.view,
  }),
  metrics,
  python,
  announce: (_, m) => strings.announce(score(m.iou), score(m.dice)),
  seeded: seeds(seeded),
  goals,
  guesses,
  build,
});
