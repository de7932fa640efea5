/** Things, stuff, panoptic: one scene as three tasks see it, and panoptic quality to take apart. */
import { py, pythonLiteral } from "../web/core/python.js";
import { segmented } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { className } from "../web/ui/names.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { seeds } from "../web/ui/seed.js";
import { defineWidget } from "../web/ui/shell.js";
import { createCards } from "./parts/cards.js";
import { compared, MAPS, MODES, metrics, modeOf, sceneOf, termsOf } from "./parts/derive.js";
import { seeded, spoiled } from "./parts/edits.js";
import { goals, guesses } from "./parts/goals.js";
import { createInspector, describe } from "./parts/inspector.js";
import { createKinds } from "./parts/kinds.js";
import { setHues } from "./parts/looks.js";
import { createMaps } from "./parts/maps.js";
import { createMove } from "./parts/move.js";
import { createCounts, createQuality, createTable } from "./parts/scores.js";
import { createSpoil } from "./parts/spoil.js";
import css from "./style.css";
import { strings } from "./words/en.js";

function python(state, { classes }) {
  const table = (map) => `{${state[`${map}_segments`].map((entry, i) => py`${i + 1}: ${entry[1]}`).join(", ")}}`;
  return [
    "from seglearn.metrics import panoptic_quality",
    "from seglearn.widgets.codec import decode_label_runs",
    "",
    py`shape = (${state.shape[0]}, ${state.shape[1]})`,
    `# ${strings.pythonNotes.void}`,
    ...MAPS.map((map) => `${map} = decode_label_runs(${pythonLiteral(state[map])}, shape)`),
    py`names = ${classes.map(({ name }) => name)}`,
    ...MAPS.map((map) => `${map}_segments = ${table(map)}`),
    "",
    "quality = panoptic_quality(truth, prediction, truth_segments, prediction_segments, void=0)",
    "for k, pq, sq, rq in zip(quality.classes, quality.pq, quality.sq, quality.rq, strict=True):",
    '    print(f"{names[k]:12} PQ {pq:.3f}  SQ {sq:.3f}  RQ {rq:.3f}")',
    "print(f\"{'mean':12} PQ {quality.mean_pq:.3f}  SQ {quality.mean_sq:.3f}  RQ {quality.mean_rq:.3f}\")",
    "",
  ].join("\n");
}

/** What the reader has chosen: a segment of either map, and the predicted one that edits act on. */
function createChoice(shell) {
  const { store, data } = shell;
  let latest = null; // undo brings back the map; what was chosen since stays chosen
  return {
    /** A choice is not undone, so it is shown without a step; the next edit keeps it. No label, no choice. */
    select(map, label) {
      latest = label ? [map, label] : null;
      store.preview({ ...store.state, selected: latest });
      if (modeOf(store.state, store.view) === "panoptic") {
        store.look({ klass: label ? store.state[`${map}_segments`][label - 1][1] : null });
      }
      if (label) shell.say(describe(store.state, store.view, data, map, label));
    },

    /** The chosen predicted segment, or the partner of the chosen truth; null without. */
    target() {
      const [map, label] = store.state.selected ?? [];
      if (!map || modeOf(store.state, store.view) !== "panoptic") return null;
      const { found } = compared(store.state, data);
      if (map === "prediction") return found.areas.prediction[label] ? label : null;
      return found.matches.find((m) => m.truth === label)?.prediction ?? null;
    },

    /** Whether something other than what was drawn is chosen now, and will be drawn in its turn. */
    settle({ state, view, why }) {
      if (view.select !== undefined) {
        // A preset points at a segment; that is no step to undo.
        store.look({ select: undefined });
        store.preview({ ...state, selected: view.select });
        return true;
      }
      const back = why === "undo" || why === "redo";
      if (!back || !latest || latest[1] > state[`${latest[0]}_segments`].length) return false;
      if (String(state.selected) === String(latest)) return false;
      store.preview({ ...state, selected: latest });
      return true;
    },
  };
}

/** The parts of the widget, and where they stand. */
function assemble(shell) {
  const { store, data, light, control } = shell;
  const { classes } = data;
  const choice = createChoice(shell);
  const move = createMove(shell);
  const setMode = (mode) => store.commit({ ...store.state, mode });
  const modes = segmented({
    label: strings.modes.label,
    id: "mode",
    options: MODES.map((v) => ({ value: v, label: strings.modes[v] })),
    onChange: setMode,
  });
  const maps = createMaps(shell, {
    select: choice.select,
    move,
    nudge(dx, dy) {
      const label = choice.target();
      if (label) move.step(label, dx, dy);
      return Boolean(label);
    },
  });
  const spoil = createSpoil(shell, (kind) => {
    const label = choice.target();
    const next = label && spoiled(store.state, data, kind, label);
    if (!next) return;
    const gone = kind === "drop" && store.state.selected[0] === "prediction";
    store.commit(gone ? { ...next, selected: null } : next);
  });
  const inspector = createInspector(data);
  const kinds = createKinds(light, classes);
  const counts = createCounts(light);
  const quality = createQuality(light);
  const table = createTable(light, classes, (klass) => store.look({ klass }));
  const cards = createCards(shell, setMode);
  const at = (stage, area, ...inside) =>
    h("div", { class: area, style: `grid-area: ${area}`, "data-stage": stage }, inside);
  const board = h(
    "div",
    { class: "board" },
    at("look", "modes", control("mode", modes.el)),
    maps.figures.truth,
    maps.figures.prediction,
    at("quality", "counts-part", control("counts", counts.el)),
    at("look quality", "quality-part", control("quality", quality.el)),
    at("look", "inspector-part", control("inspector", inspector.el)),
    at("look", "side", control("edit", spoil.el), control("classes", kinds.el)),
    at("quality", "table-part", control("table", table.el)),
    at("cards", "cards-part", control("cards", cards.el)),
    maps.links,
  );
  shell.body.append(board);
  return { choice, move, modes, maps, spoil, inspector, kinds, counts, quality, table, cards, board };
}

function build(shell) {
  const { data, light, store } = shell;
  const { classes } = data;
  setHues(shell.body.parentElement, classes);
  const parts = assemble(shell);
  const stages = ["look", "quality", ...(parts.cards.n ? ["cards"] : [])];
  shell.stages(stages.map((id) => ({ id, label: strings.stages[id], control: id === "look" ? undefined : id })));
  let drawn = null;
  let lastMode = null;

  return (drawing) => {
    if (parts.choice.settle(drawing)) return;
    const { state, view } = drawing;
    const { found, quality, mean } = compared(state, data);
    const mode = modeOf(state, view);
    if (lastMode !== mode) light.point(null); // another map has other parts
    lastMode = mode;
    const panoptic = mode === "panoptic";
    const klass = panoptic ? view.klass : null;
    const key = state.prediction + JSON.stringify(state.prediction_segments);
    const earlier = parts.move.origin ?? store.before;

    // The cards ask what a map holds, not how well it was predicted.
    const comparing = view.stage === "cards" ? { ...found, missed: [], false: [] } : found;
    const scene = {
      ...sceneOf(state, mode, comparing, classes),
      describe: (map, label) => describe(store.state, store.view, data, map, label),
      fresh: drawn !== `${mode} ${view.stage} ${state.truth} ${key}`,
    };
    drawn = `${mode} ${view.stage} ${state.truth} ${key}`;
    light.terms(termsOf(scene, klass));
    drawParts(parts, { state, view, mode, found, data, live: store.state });
    if (panoptic) drawScores(parts, { quality, mean, klass, classes, earlier: earlier && compared(earlier, data) });
    parts.maps.draw(scene, view);
  };
}

/** `live` is the state that edits act on, also while an earlier one is shown. */
function drawParts(parts, { state, view, mode, found, data, live }) {
  parts.modes.value = mode;
  parts.board.dataset.mode = mode;
  parts.board.dataset.at = view.stage;
  const label = parts.choice.target();
  const [, k, number] = label ? live.prediction_segments[label - 1] : [];
  parts.spoil.draw(live, view, label, label && strings.segment(className(data.classes[k].name), number));
  parts.inspector.draw(state, view, found);
  parts.kinds.draw(state, mode, found.areas.truth);
  parts.cards.draw(view);
}

/** `earlier`: what was compared before the last change, or null; a change of the truth is none of the prediction. */
function drawScores(parts, { quality, mean, klass, classes, earlier }) {
  const at = klass ?? classes.length;
  const name = klass === null ? null : className(classes[klass].name);
  const n = quality.filter((row) => row.pq !== null).length;
  const before = earlier && [...earlier.quality, earlier.mean];
  const row = [...quality, mean][at];
  parts.counts.draw(row, name);
  parts.quality.draw({ row, before: before?.[at], klass, name, n });
  parts.table.draw([...quality, mean], before, klass);
}

export default defineWidget({
  name: "panoptic_scene",
  strings,
  palettes: { own: { ...OKABE_ITO, classes: [] }, "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  // On a touch screen no tool is in hand at first, so that the page can be scrolled past the maps.
  view: ({ view }) => ({
    stage: "look",
    klass: view?.klass ?? null,
    tool: matchMedia("(pointer: coarse)").matches ? null : "move",
    card: 0,
    answers: {},
  }),
  metrics,
  python,
  announce: (state, m) => (state.mode === "panoptic" ? strings.announce(m) : strings.modeSaid[state.mode]),
  seeded: seeds(seeded),
  goals,
  guesses,
  build,
});
