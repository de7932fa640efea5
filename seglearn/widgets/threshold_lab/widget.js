/** Thresholds and regions: cut a histogram, grow a region from seeds, count what is connected. */
import { segmented } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { ownPicture } from "../web/ui/own_picture.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { pictureSelect } from "../web/ui/select.js";
import { defineWidget } from "../web/ui/shell.js";
import { createComponents } from "./parts/components.js";
import { labOf, ready } from "./parts/compute.js";
import { createCuts } from "./parts/cuts.js";
import { goals, guesses } from "./parts/goals.js";
import { createGrowing } from "./parts/growing.js";
import { createPicture } from "./parts/picture.js";
import { python } from "./parts/python.js";
import { createScores } from "./parts/scores.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const MOST = 256; // pixels a side of the reader's own picture
const STAGES = { threshold: "cuts", growing: "growing", components: "components" }; // and what each stands or falls with

function build(shell) {
  const { store, data, body, control } = shell;
  const lab = labOf(data);
  const picture = createPicture(shell, lab);
  const pictures = pictureSelect(data.pictures, strings.pictures, (name) =>
    store.commit({ ...store.state, picture: name, seeds: [] }),
  );
  const views = segmented({
    label: strings.show.label,
    id: "show",
    options: ["truth", "classes", "picture"].map((value) => ({ value, label: strings.show[value] })),
    onChange: (show) => store.look({ show }),
  });
  const own = ownPicture(shell, {
    drop: picture.el,
    most: MOST,
    onPicture(taken) {
      lab.take(taken);
      store.commit({ ...store.state, picture: "own", seeds: [] });
      shell.measureAgain(); // another one of the same name
    },
  });
  const [cuts, growing, components] = [createCuts, createGrowing, createComponents].map((make) => make(shell, lab));
  const scores = createScores(shell, lab);
  shell.stages(
    Object.entries(STAGES).map(([id, needs]) => ({ id, label: strings.stages[id], control: needs })),
    strings.stages.label,
  );
  const at = (stage, name, ...els) => control(name, h("div", { class: "part", "data-stage": stage }, els));
  const under = [control("pictures", pictures.el), own.el, control("views", views.el)];
  body.append(
    h(
      "div",
      { class: "split" },
      h("div", { class: "left" }, picture.el, h("div", { class: "bar under" }, under)),
      h(
        "div",
        { class: "right" },
        at("threshold", "cuts", cuts.controls, cuts.el),
        at("threshold", "scores", scores.el),
        at("growing", "growing", growing.controls, growing.el),
        at("growing", "scores", growing.meters),
        at("components", "components", components.controls, components.el),
      ),
    ),
  );
  return (drawing) => {
    const { state, view } = drawing;
    const { truth } = lab.pictureOf(state);
    const show = truth || view.show !== "truth" ? view.show : "classes";
    pictures.draw(state.picture, lab.hasOwn());
    views.value = show;
    views.el.classList.toggle("no-truth", !truth);
    for (const part of [picture, cuts, scores, growing, components]) part.draw(drawing);
  };
}

export default defineWidget({
  name: "threshold_lab",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: ({ view }) => view,
  metrics: (state, data) => labOf(data).metrics(state),
  python,
  goals,
  guesses,
  announce: strings.announce,
  ready,
  build,
});
