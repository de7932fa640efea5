/** Confusion workbench: a matrix that can be edited beside the maps that it counts, and every score made of it. */
import { cellsOf, OVERALL, PER_CLASS } from "../web/core/confusion.js";
import { h } from "../web/ui/dom.js";
import { CITYSCAPES, OKABE_ITO, TOL, VOC } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { createEdits, createFlash } from "./parts/edits.js";
import { createFormulaBox, termParts } from "./parts/formulas.js";
import { goals, guesses } from "./parts/goals.js";
import { chosenCell, createInspector } from "./parts/inspector.js";
import { classHatch, createMaps } from "./parts/maps.js";
import { createMatrix } from "./parts/matrix.js";
import { derive, metrics, python } from "./parts/model.js";
import { mapOutlines, rolesOf } from "./parts/outlines.js";
import { createScoreTable, createTiles, metricId } from "./parts/scores.js";
import { createAbsent, createBrush, createIgnore, createUnits, createVerdict } from "./parts/switches.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const HATCH_NAMES = {
  "": "plain",
  "/": "slash",
  "\\": "backslash",
  x: "cross",
  "-": "rows",
  "|": "columns",
  "+": "grid",
  ".": "dots",
};

/** @param {Shell} shell */
function build(shell) {
  const { store } = shell;
  const chooser = createChooser(shell);
  const flash = createFlash(shell);
  const edits = createEdits(shell, flash.start);
  const fixed = {
    units: createUnits(store),
    absent: createAbsent(store),
    inspector: createInspector(shell, edits),
    formula: createFormulaBox(shell),
    tiles: createTiles(shell, chooser),
    verdict: createVerdict(),
  };
  const places = layOut(shell, fixed);
  const partsOf = partsBuilder(shell, places, edits, chooser);
  shell.stages(["pixels", "scores", "rules"].map((id) => ({ id, label: strings.stages[id] })));

  return ({ state, view, metrics: m }) => {
    const parts = partsOf(state);
    const all = derive(state);
    const n = all.names.length;
    const chosen = { metric: view.metric, of: view.of != null && view.of >= n ? 0 : view.of };
    const pointed = chooser.pointed && (chooser.pointed.of ?? 0) < n ? chooser.pointed : null;
    const shown = pointed ?? chosen;
    const cells = cellsOf(shown.metric, n, shown.of);
    parts.matrix.draw({
      counts: all.counts,
      units: view.units,
      roles: rolesOf(shown, cells),
      tagged: shown.of != null,
      outlines: cells,
      selected: chosenCell(view, n),
    });
    fixed.units.value = view.units;
    fixed.absent.value = state.absent;
    fixed.inspector.draw(/** @type {Drawing} */ ({ state, view }));

    const without = state.ignore === "skip" ? null : metrics({ ...state, ignore: "skip" });
    parts.scores.draw(m, chosen, state.absent);
    fixed.tiles.draw(m, chosen, without);
    fixed.verdict.draw(state, m, without);
    fixed.formula.draw(shown, { names: all.names, counts: all.counts, scores: m, absent: state.absent });

    if (!parts.maps) return;
    parts.brush.draw(view);
    parts.ignore.value = state.ignore;
    parts.maps.draw(all, view, mapOutlines(all, shell.light.parts, pointed && cells, flash.now, shell.color("ink")));
  };
}

/**
 * Which score is chosen, and which one the pointer is on; it is shown while it is there.
 * @param {Shell} shell
 */
function createChooser({ store, redraw }) {
  /** @type {{ metric: string, of: number | null } | null} */
  let pointed = null;
  const point = (/** @type {typeof pointed} */ next) => {
    pointed = next;
    redraw();
  };
  return {
    get pointed() {
      return pointed;
    },
    choose: (/** @type {string} */ metric, /** @type {number | null} */ of) => store.look({ metric, of }),
    point: (/** @type {string} */ metric, /** @type {number | null} */ of) => point({ metric, of }),
    leave: () => point(null),
  };
}

/**
 * Puts what stays into the body, and leaves places for what depends on the classes and the size.
 * @param {Shell} shell
 * @param {Record<string, { el: HTMLElement }>} fixed
 */
function layOut({ body, control }, { units, absent, inspector, formula, tiles, verdict }) {
  const place = (name = "") => h("div", { class: name });
  const places = { maps: place(), brush: place(), ignore: place(), matrix: place("matrix-box"), scores: place() };
  const key = (/** @type {"over" | "under"} */ kind) => h("span", { class: `key ${kind}` }, strings.key[kind]);
  const heading = h("strong", { class: "pane-title" }, strings.matrixTitle);
  const pane = (/** @type {string} */ name, /** @type {string} */ stages, /** @type {Child[]} */ ...els) =>
    h("div", { class: `pane ${name}-pane`, "data-stage": stages }, els);
  body.append(
    pane("maps", "pixels rules", control("maps", places.maps), control("brush", places.brush)),
    pane("rules", "rules", control("ignore", places.ignore), control("absent", absent.el), verdict.el),
    control(
      "matrix",
      pane(
        "matrix",
        "pixels scores rules",
        h(
          "div",
          { class: "pane-head" },
          heading,
          control("units", h("div", { "data-stage": "pixels scores" }, units.el)),
        ),
        places.matrix,
        h("p", { class: "outline-key", "aria-hidden": "true" }, key("over"), key("under")),
        h("div", { "data-stage": "pixels scores" }, inspector.el),
      ),
    ),
    control("scores", pane("scores", "scores", places.scores)),
    control("scores", pane("means", "pixels scores rules", tiles.el)),
    control("formula", pane("formula", "scores", formula.el)),
  );
  return places;
}

/**
 * Makes the parts that depend on the classes and the size, anew whenever those change.
 * @param {Shell} shell
 * @param {Record<string, HTMLElement>} places
 * @param {import("./parts/edits.js").Edits} edits
 * @param {import("./parts/scores.js").Chooser} chooser
 */
function partsBuilder(shell, places, edits, chooser) {
  const { store, light, data } = shell;
  /** @type {any} */
  let parts = null;
  let builtFor = "";

  /** @param {import("./parts/model.js").State} state */
  const make = (state) => {
    const { names, classes } = derive(state);
    // Hue from the palette, hatch by number; see .class-0 and .hatch-slash in the style sheet.
    const mark = (/** @type {number} */ k) =>
      k === classes ? "ignore" : `class class-${k} hatch-${HATCH_NAMES[classHatch(k)]}`;
    light.terms(termsOf(names.length));
    shell.body.classList.toggle("wide-matrix", names.length > 6);
    const made = {
      matrix: createMatrix(shell, { names, mark, writable: classes, edits }),
      scores: createScoreTable(shell, names, mark, chooser),
    };
    if (!state.shape) return made;
    const image = JSON.stringify(state.shape) === JSON.stringify(data.imageShape) ? data.image : undefined;
    return {
      ...made,
      maps: createMaps(shell, { names, classes, shape: state.shape, image, edits }),
      brush: createBrush(store, mark),
      ignore: createIgnore(store, names),
    };
  };

  return (/** @type {import("./parts/model.js").State} */ state) => {
    const signature = JSON.stringify([derive(state).names, state.shape]);
    if (signature === builtFor) return parts;
    builtFor = signature;
    parts?.matrix.close();
    parts = make(state);
    const noMaps = h("p", { class: "no-maps", "data-testid": "no-maps" }, strings.noMaps);
    for (const [name, place] of Object.entries(places)) {
      place.replaceChildren(...(parts[name] ? [parts[name].el] : name === "maps" ? [noMaps] : []));
    }
    return parts;
  };
}

/**
 * What every term and every score is made of, for light.terms().
 * @param {number} n classes
 */
function termsOf(n) {
  const terms = termParts(n);
  for (const metric of OVERALL) terms[metric] = terms.everything;
  for (const metric of PER_CLASS) {
    for (let k = 0; k < n; k++) terms[metricId(metric, k)] = cellsOf(metric, n, k).under.flat().map(String);
  }
  return terms;
}

export default defineWidget({
  name: "confusion_workbench",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL, voc: VOC, cityscapes: CITYSCAPES },
  css,
  view: (data) => ({ stage: "pixels", ...data.view, units: "counts", brush: "look", radius: 3 }),
  metrics,
  python,
  announce: (_, m) => strings.announce(m),
  goals,
  guesses,
  build,
});
