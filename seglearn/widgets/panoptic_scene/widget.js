/** Things, stuff, panoptic: one scene as three tasks see it, and panoptic quality to take apart. */
import { decodeLabelRuns, encodeLabelRuns } from "../web/core/codec.js";
import {
  anchors,
  classQuality,
  dropLabel,
  erodeLabel,
  growLabel,
  labelAreas,
  matchSegments,
  meanQuality,
  mergeLabels,
  shiftLabel,
  splitLabel,
} from "../web/core/panoptic.js";
import { py, pythonLiteral } from "../web/core/python.js";
import { generator } from "../web/core/random.js";
import { button, enable, segmented, toolbox } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { count, percent, score } from "../web/ui/format.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { createCards, MODES } from "./parts/cards.js";
import { setHues, swatchOf } from "./parts/looks.js";
import { createMaps, MAPS } from "./parts/maps.js";
import { createCounts, createQuality, createTable } from "./parts/scores.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const MOST_LABELS = 255;
const MOVE =
  "M8 1.500v13M1.500 8h13M8 1.500 6.200 3.300M8 1.500l1.800 1.800M8 14.500l-1.800-1.800M8 14.500l1.800-1.800M1.500 8l1.800-1.800M1.500 8l1.800 1.800M14.500 8l-1.800-1.800M14.500 8l-1.800 1.800";

// --- what follows from a state ------------------------------------------------------------------------------------------

/** Remembers the last few results of `work`, by the texts that it depends on. */
function remembering(work, most = 4) {
  const known = new Map();
  return (...key) => {
    const name = JSON.stringify(key);
    if (!known.has(name)) known.set(name, work(...key));
    if (known.size > most) known.delete(known.keys().next().value);
    return known.get(name);
  };
}

const read = remembering((runs, width, height, n) => {
  const labels = decodeLabelRuns(runs, width * height);
  return { labels, areas: labelAreas(labels, n), spots: anchors(labels, width, height, n) };
});

const compare = remembering((truth, prediction, [height, width], tables, nClasses) => {
  const maps = [truth, prediction].map((runs, i) => read(runs, width, height, tables[i].length).labels);
  const found = matchSegments(maps[0], maps[1], tables[0], tables[1]);
  const quality = classQuality(found, tables[0], tables[1], nClasses);
  return { found, quality, mean: meanQuality(quality) };
}, 2);

const tablesOf = (state) => MAPS.map((map) => state[`${map}_segments`]);
const compared = (state, { classes }) =>
  compare(state.truth, state.prediction, state.shape, tablesOf(state), classes.length);

const labelsOf = (state, map) => {
  const [height, width] = state.shape;
  return read(state[map], width, height, state[`${map}_segments`].length);
};

/** TP, FN, FP or void, and the IoU with the partner, or else with the best candidate of its class. */
function statusOf(state, found, map, label) {
  const other = map === "truth" ? "prediction" : "truth";
  const match = found.matches.find((m) => m[map] === label);
  if (match) return { status: "TP", iou: match.iou, partner: match[other] };
  const k = state[`${map}_segments`][label - 1][1];
  const ious = state[`${other}_segments`].map((entry, i) =>
    entry[1] === k ? (map === "truth" ? found.iou(label, i + 1) : found.iou(i + 1, label)) : 0,
  );
  const best = Math.max(0, ...ious);
  if (found.forgiven.includes(label) && map === "prediction") return { status: "void", best };
  return { status: map === "truth" ? "FN" : "FP", best };
}

function metrics(state, data) {
  const { found, quality, mean } = compared(state, data);
  const id = (map, label) => state[`${map}_segments`][label - 1][0];
  const clean = ({ pq, sq, rq, tp, fp, fn }) => ({ pq, sq, rq, tp, fp, fn });
  return {
    ...clean(mean),
    classes: Object.fromEntries(data.classes.map(({ name }, k) => [name, clean(quality[k])])),
    matches: found.matches.map((m) => [id("truth", m.truth), id("prediction", m.prediction), m.iou]),
    selected: selectedOf(state, data, found),
  };
}

function selectedOf(state, { classes }, found) {
  const [map, label] = state.selected ?? [];
  const area = map ? found.areas[map][label] : 0;
  if (!area) return null;
  const [id, k, number] = state[`${map}_segments`][label - 1];
  const { status, iou = null } = statusOf(state, found, map, label);
  const { name, thing } = classes[k];
  return { map, id, class: name, number, thing, area, share: area / (state.shape[0] * state.shape[1]), status, iou };
}

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

// --- spoiling the prediction ----------------------------------------------------------------------------------------------

const freshNumber = (table, k) => 1 + Math.max(0, ...table.filter((entry) => entry[1] === k).map((entry) => entry[2]));

/** The label of the same class with which `label` would merge: the nearest. */
function mergeable(state, label) {
  const table = state.prediction_segments;
  const { spots } = labelsOf(state, "prediction");
  const away = (n) => Math.hypot(spots[n].col - spots[label].col, spots[n].row - spots[label].row);
  return [...spots.keys()]
    .filter((n) => n && n !== label && spots[n] && table[n - 1][1] === table[label - 1][1])
    .sort((a, b) => away(a) - away(b))[0];
}

/** Each edit changes the prediction, and perhaps its table: (state, label, labels, data) → { map, table }, or null. */
const EDITS = {
  merge(state, label, labels) {
    const other = mergeable(state, label);
    return other ? { map: mergeLabels(labels, label, other) } : null;
  },
  split(state, label, labels) {
    const table = state.prediction_segments;
    if (table.length >= MOST_LABELS) return null;
    const [, k, number] = table[label - 1];
    const id =
      1 +
      Math.max(
        ...tablesOf(state)
          .flat()
          .map((entry) => entry[0]),
      );
    const map = splitLabel(labels, state.shape[1], label, table.length + 1);
    return { map, table: [...table, [id, k, number && freshNumber(table, k)]] };
  },
  drop: (state, label, labels) => ({ map: dropLabel(labels, label) }),
  erode: (state, label, labels) => ({ map: erodeLabel(labels, state.shape[1], label) }),
  grow: (state, label, labels) => ({ map: growLabel(labels, state.shape[1], label) }),
  relabel(state, label, labels, { classes }) {
    const old = state.prediction_segments[label - 1][1];
    const alike = classes.map((_, k) => k).filter((k) => k !== old && classes[k].thing === classes[old].thing);
    const k = alike.find((o) => o > old) ?? alike[0];
    if (k === undefined) return null;
    const table = state.prediction_segments.slice();
    table[label - 1] = [table[label - 1][0], k, classes[k].thing ? freshNumber(table, k) : 0];
    return { table };
  },
};

/** The state after an edit, or null where it is not possible. */
function spoiled(state, data, kind, label) {
  const change = EDITS[kind](state, label, labelsOf(state, "prediction").labels, data);
  return change && edited(state, change);
}

/**
 * A state with another prediction.
 * @param {any} state
 * @param {{ map?: LabelMap, table?: Segment[] }} change
 */
function edited(state, { map, table }) {
  const changed = { ...state };
  if (map) changed.prediction = encodeLabelRuns(map);
  if (table) changed.prediction_segments = table;
  return changed;
}

/** Three mistakes on segments drawn at random, made on the prediction of the preset "good" or "given". */
function seeded(seed, state, data) {
  const random = generator(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const base = data.presets.find(({ id }) => id === "good" || id === "given");
  let now = { ...state, ...base.state };
  for (let i = 0; i < 3; i++) {
    const { areas } = labelsOf(now, "prediction");
    const all = now.prediction_segments.map((_, n) => n + 1).filter((n) => areas[n] > 20);
    const things = all.filter((n) => data.classes[now.prediction_segments[n - 1][1]].thing);
    const label = pick(things.length ? things : all);
    now = spoiled(now, data, pick(Object.keys(EDITS)), label) ?? now;
  }
  return { mode: "panoptic", prediction: now.prediction, prediction_segments: now.prediction_segments };
}

// --- the widget -------------------------------------------------------------------------------------------------------------

function build(shell) {
  const { store, data, light, control } = shell;
  const { classes } = data;
  const [height, width] = store.state.shape;
  setHues(shell.body.parentElement, classes);

  const modes = segmented({
    label: strings.modes.label,
    id: "mode",
    options: MODES.map((v) => ({ value: v, label: strings.modes[v] })),
    onChange: (mode) => store.commit({ ...store.state, mode }),
  });

  // --- choosing and moving ------------------------------------------------------------------------------------------------
  let latest = null;
  /** A choice is not undone, so it is shown without a step; the next edit keeps it. */
  function select(map, label) {
    latest = label ? [map, label] : null;
    store.preview({ ...store.state, selected: latest });
    if (!label) return;
    const { mode } = store.state;
    if (mode === "panoptic") store.look({ klass: store.state[`${map}_segments`][label - 1][1] });
    shell.say(describe(map, label));
  }

  let moving = null; // { label, from: labels before, dx, dy, state }
  const move = {
    start(label) {
      moving = { label, from: labelsOf(store.state, "prediction").labels, dx: 0, dy: 0 };
    },
    by(dx, dy) {
      if (!moving) return;
      [moving.dx, moving.dy] = [Math.round(dx), Math.round(dy)];
      const map = shiftLabel(moving.from, width, height, moving.label, moving.dx, moving.dy);
      store.preview(edited(store.state, { map }));
    },
    end() {
      if (moving?.dx || moving?.dy) store.commit();
      moving = null;
    },
    cancel() {
      moving = null;
      store.cancel();
    },
  };
  function nudge(dx, dy) {
    const label = target();
    if (!label) return false;
    if (moving?.label !== label) move.start(label);
    move.by(moving.dx + dx, moving.dy + dy);
    return true;
  }

  /** The predicted segment that edits act on: the chosen one, or the partner of the chosen truth. */
  function target() {
    const [map, label] = store.state.selected ?? [];
    if (!map || store.state.mode !== "panoptic") return null;
    const { found } = compared(store.state, data);
    if (map === "prediction") return found.areas.prediction[label] ? label : null;
    return found.matches.find((m) => m.truth === label)?.prediction ?? null;
  }

  const nameOf = (map, label, state = store.state) => {
    const [, k, number] = state[`${map}_segments`][label - 1];
    return strings.segment(classes[k].name, number);
  };

  /** What the mode at hand knows of a segment: texts by field, "" where it has nothing to say. */
  function facts(map, label) {
    const { state } = store;
    const words = strings.inspector;
    const { found } = compared(state, data);
    const table = state[`${map}_segments`];
    const [, k, number] = table[label - 1];
    const { name, thing } = classes[k];
    const { mode } = state;
    if (mode === "instance" && !thing) return { class: words.gone(name), number: "", area: "", status: "" };
    const areas = found.areas[map];
    const alike = table.map((_, i) => i + 1).filter((n) => table[n - 1][1] === k && areas[n]);
    const whole = mode === "semantic" ? alike.reduce((sum, n) => sum + areas[n], 0) : areas[label];
    const size = strings.area(count(whole), percent(whole / (width * height)));
    const { status, iou, best } = statusOf(state, found, map, label);
    return {
      class: `${name}, ${strings.kinds[thing ? "thing" : "stuff"]}`,
      number: !thing ? words.noInstance : mode === "semantic" ? words.unknown : words.of(number, alike.length),
      area: mode === "semantic" && alike.length > 1 ? `${size}, ${words.together(alike.length)}` : size,
      status: mode === "panoptic" ? `${strings.maps[map]}: ${words.status[status](score(iou ?? best))}` : "",
    };
  }
  const describe = (map, label) => Object.values(facts(map, label)).filter(Boolean).join(". ");

  const maps = createMaps(shell, { on: { select, move, nudge } });

  // --- inspector ----------------------------------------------------------------------------------------------------------
  const fields = Object.fromEntries(
    Object.entries(strings.inspector.fields).map(([name, label]) => [
      name,
      { term: h("dt", {}, label), value: h("dd", { "data-testid": `selected-${name}` }) },
    ]),
  );
  const empty = h("p", { class: "hint" }, strings.inspector.empty);
  const list = h(
    "dl",
    { class: "facts" },
    Object.values(fields).flatMap(({ term, value }) => [term, value]),
  );
  const inspector = h(
    "div",
    { class: "inspector", role: "group", "aria-label": strings.inspector.label, "data-testid": "inspector" },
    empty,
    list,
  );

  function inspect(state, found) {
    const [map, label] = state.selected ?? [];
    const there = map !== undefined && (state.mode === "panoptic" || map === "truth") && found.areas[map][label] > 0;
    empty.hidden = there;
    list.hidden = !there;
    if (!there) return;
    const known = facts(map, label);
    for (const [name, { term, value }] of Object.entries(fields)) {
      value.textContent = known[name];
      value.hidden = term.hidden = !known[name];
    }
    const swatch = h("i", swatchOf(classes, state[`${map}_segments`][label - 1][1]));
    fields.class.value.prepend(swatch);
  }

  // --- the classes of a semantic or an instance map -----------------------------------------------------------------------
  const kinds = h("div", { class: "class-list", role: "group", "aria-label": strings.classes.label });
  const entries = classes.map((c, k) => {
    const value = h("span", { class: "class-value" });
    const el = light.bind(
      h("li", { tabindex: "0", "data-term": `class-${k}` }, h("i", swatchOf(classes, k)), h("span", {}, c.name), value),
      { term: `class-${k}` },
    );
    return { el, value };
  });
  for (const kind of ["things", "stuff"]) {
    const members = entries.filter((_, k) => classes[k].thing === (kind === "things")).map(({ el }) => el);
    if (members.length) kinds.append(h("p", { class: "hint" }, strings.classes[kind]), h("ul", {}, members));
  }

  // --- spoiling -----------------------------------------------------------------------------------------------------------
  const tools = toolbox({
    label: strings.edit.label,
    id: "tool",
    options: [{ value: "move", label: strings.edit.move, symbol: MOVE }],
    onChange: (tool) => store.look({ tool }),
  });
  const acts = Object.keys(EDITS).map((name) =>
    button({
      label: strings.edit[name],
      id: `edit-${name}`,
      onClick: () => {
        const label = target();
        const next = label && spoiled(store.state, data, name, label);
        if (!next) return shell.say(strings.edit.alone);
        const gone = name === "drop" && store.state.selected[0] === "prediction";
        store.commit(gone ? { ...next, selected: null } : next);
      },
    }),
  );
  const hint = h("p", { class: "hint", "data-testid": "edit-hint" });
  const spoil = h(
    "div",
    { class: "edit" },
    h("div", { class: "toolbox", role: "group", "aria-label": strings.edit.label }, tools.el, acts),
    hint,
  );

  // --- quality ------------------------------------------------------------------------------------------------------------
  const counts = createCounts(light);
  const quality = createQuality(light);
  const table = createTable(light, classes, (klass) => store.look({ klass }));
  const cards = createCards(shell, (mode) => store.commit({ ...store.state, mode }));

  shell.head.append(control("mode", modes.el));
  const board = h(
    "div",
    { class: "board" },
    maps.figures.truth,
    maps.figures.prediction,
    h("div", { class: "side" }, control("inspector", inspector), control("edit", spoil), control("classes", kinds)),
    h("div", { class: "numbers" }, control("counts", counts.el), control("quality", quality.el)),
    control("table", table.el),
    maps.links,
  );
  shell.body.append(board, control("cards", cards.el));

  // --- every change -------------------------------------------------------------------------------------------------------
  let last = null; // { key, rows }: the scores that a change is measured against
  let before = null;
  let drawn = null;
  let lastMode = null;

  return ({ state, view, why }) => {
    if (view.select !== undefined) {
      // A preset points at a segment; that is no step to undo.
      store.look({ select: undefined });
      store.preview({ ...state, selected: view.select });
      return;
    }
    // Undo brings back the map; what was chosen since stays chosen.
    if ((why === "undo" || why === "redo") && latest && latest[1] <= state[`${latest[0]}_segments`].length) {
      if (String(state.selected) !== String(latest)) return store.preview({ ...state, selected: latest });
    }
    const { found, quality: rows, mean } = compared(state, data);
    const { mode } = state;
    if (lastMode !== mode) light.point(null); // another map has other parts
    lastMode = mode;
    const panoptic = mode === "panoptic";
    const key = state.prediction + JSON.stringify(state.prediction_segments);
    if (last?.key !== key && !moving) {
      before = last?.all ?? null;
      last = { key, all: [...rows, mean] };
    } else if (moving) before = last.all;
    const klass = panoptic ? view.klass : null;
    const at = klass ?? classes.length;
    const name = klass === null ? null : classes[klass].name;

    const scene = sceneOf(state, found, classes, width, height);
    scene.describe = describe;
    const now = `${mode} ${state.truth} ${key}`;
    scene.fresh = drawn !== now;
    drawn = now;
    light.terms(termsOf(scene, klass));

    modes.value = mode;
    board.dataset.mode = mode;
    tools.value = view.tool;
    const label = target();
    for (const act of acts) enable(act, Boolean(label));
    hint.textContent = label ? strings.edit.ready(nameOf("prediction", label)) : strings.edit.choose;
    inspect(state, found);
    entries.forEach(({ el, value }, k) => {
      const mine = state.truth_segments.map((_, i) => i + 1).filter((n) => state.truth_segments[n - 1][1] === k);
      const area = mine.reduce((sum, n) => sum + found.areas.truth[n], 0);
      const gone = mode === "instance" && !classes[k].thing;
      el.classList.toggle("gone", gone);
      value.textContent = gone
        ? strings.classes.gone
        : mode === "instance"
          ? strings.classes.count(mine.filter((n) => found.areas.truth[n]).length)
          : percent(area / (width * height));
    });
    if (panoptic) {
      const all = [...rows, mean];
      const present = rows.filter((row) => row.pq !== null).length;
      counts.draw(all[at], name);
      quality.draw({ row: all[at], before: before?.[at], klass, name, n: present });
      table.draw(rows, mean, klass);
    }
    cards.draw(view);
    maps.draw(scene, view);
  };
}

/** What the maps are drawn from: per map { labels, table, parts, names, areas, spots, alone, objects, chosen }. */
function sceneOf(state, found, classes, width, height) {
  const { mode } = state;
  /** @type {any} */
  const scene = { mode, found };
  for (const map of MAPS) {
    const table = state[`${map}_segments`];
    const { labels, areas, spots } = labelsOf(state, map);
    const alone = mode === "panoptic" ? (map === "truth" ? found.missed : found.false) : [];
    const match = new Map(found.matches.map((m) => [m[map], m]));
    const all = table.map((_, i) => i + 1);
    const chosen = state.selected?.[0] === map && areas[state.selected[1]] ? [state.selected[1]] : [];
    const here = {
      table,
      labels,
      areas,
      spots,
      alone,
      parts: ["void"],
      names: [map === "truth" && mode !== "instance" ? { full: strings.void } : null],
      objects: new Uint8Array(256),
      chosen,
    };
    for (const n of all) {
      const [, k, number] = table[n - 1];
      const { name, thing } = classes[k];
      const full = strings.segment(name, mode === "semantic" ? 0 : number);
      const code = map === "truth" ? "FN" : "FP";
      const lost = alone.includes(n);
      here.parts[n] =
        mode === "semantic"
          ? `c${k}`
          : mode === "instance"
            ? thing && `t${n}`
            : match.has(n)
              ? `m${match.get(n).truth}`
              : `${map[0]}${n}`;
      here.names[n] =
        mode === "instance" && !thing
          ? null
          : {
              full: lost ? `${full} · ${code}` : full,
              short: lost ? code : mode === "semantic" ? "" : number ? String(number) : "",
              role: map,
            };
      here.objects[n] = thing ? (mode === "semantic" ? k + 1 : n) : 0;
    }
    // A partner is chosen along; on a semantic map the whole class is.
    if (chosen.length && mode === "semantic") {
      here.chosen = all.filter((n) => table[n - 1][1] === table[chosen[0] - 1][1]);
    }
    if (mode === "panoptic" && state.selected && state.selected[0] !== map) {
      const partner = found.matches.find((m) => m[state.selected[0]] === state.selected[1]);
      if (partner) here.chosen = [partner[map]];
    }
    if (mode === "semantic") oneNameAClass(here, state[map], width, height);
    if (mode === "instance" && chosen.length && !here.parts[chosen[0]]) here.chosen = [];
    scene[map] = here;
  }
  // Partners are joined at the same place where both are there, so that links run straight.
  const { truth, prediction } = scene;
  prediction.spots = prediction.spots.slice();
  for (const { truth: t, prediction: p } of found.matches) {
    const spot = truth.spots[t];
    if (spot && prediction.labels[spot.row * width + spot.col] === p) prediction.spots[p] = spot;
  }
  return scene;
}

/** On a semantic map a class has one name, where the whole of it is deepest. */
const classSpots = remembering((runs, width, height, ks) => {
  const labels = decodeLabelRuns(runs, width * height);
  return anchors(
    labels.map((n) => (n ? ks[n - 1] + 1 : 0)),
    width,
    height,
    Math.max(...ks) + 1,
  );
});
function oneNameAClass(here, runs, width, height) {
  const ks = here.table.map((entry) => entry[1]);
  const spots = classSpots(runs, width, height, ks);
  const first = ks.map((k, i) => ks.indexOf(k) === i);
  here.spots = here.spots.map((spot, n) => (n && first[n - 1] ? spots[ks[n - 1] + 1] : null));
}

/** Which parts each term of the formulas, and each class, is made of. */
function termsOf({ mode, found, truth, prediction }, klass) {
  const inScope = (table, label) => klass === null || table[label - 1][1] === klass;
  const parts = (map, labels) => labels.filter((n) => inScope(map.table, n)).map((n) => map.parts[n]);
  const tp = parts(
    truth,
    found.matches.map((m) => m.truth),
  );
  const terms = { tp, iou: tp, fn: parts(truth, found.missed), fp: parts(prediction, found.false) };
  for (const map of mode === "panoptic" ? [truth, prediction] : [truth]) {
    map.table.forEach(([, k], i) => {
      if (!map.parts[i + 1] || !map.areas[i + 1]) return;
      terms[`class-${k}`] ??= [];
      terms[`class-${k}`].push(map.parts[i + 1]);
    });
  }
  return terms;
}

export default defineWidget({
  name: "panoptic_scene",
  strings,
  palettes: { own: { ...OKABE_ITO, classes: [] }, "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  // On a touch screen no tool is in hand at first, so that the page can be scrolled past the maps.
  view: ({ view }) => ({
    klass: view?.klass ?? null,
    tool: matchMedia("(pointer: coarse)").matches ? null : "move",
    card: 0,
    answers: {},
  }),
  metrics,
  python,
  announce: (state, m) => (state.mode === "panoptic" ? strings.announce(m) : strings.modeSaid[state.mode]),
  seeded,
  build,
});
