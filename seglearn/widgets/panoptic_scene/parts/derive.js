/**
 * What follows from a state: matches, scores, the state of a segment, and what the maps are drawn from. Remembered, as a
 * drag asks again. Labels count from 1, entry n - 1 of a table being label n; a map is one of MAPS.
 */
import { decodeLabelRuns } from "../../web/core/codec.js";
import { anchors, classQuality, labelAreas, matchSegments, meanQuality } from "../../web/core/panoptic.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";

export const MODES = ["semantic", "instance", "panoptic"];
export const MAPS = ["truth", "prediction"];

const other = (map) => (map === "truth" ? "prediction" : "truth");

/** Scores are about the panoptic map, so their stage shows it, whatever the other stages show. */
export const modeOf = (state, view) => (view.stage === "quality" ? "panoptic" : state.mode);

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
});

/** The segments of both maps. */
export const tablesOf = (state) => MAPS.map((map) => state[`${map}_segments`]);

/** { found, quality, mean }: the matches, the scores of each class and their means. */
export const compared = (state, { classes }) =>
  compare(state.truth, state.prediction, state.shape, tablesOf(state), classes.length);

/** { labels, areas, spots } of a map, the last two by label. */
export function labelsOf(state, map) {
  const [height, width] = state.shape;
  return read(state[map], width, height, state[`${map}_segments`].length);
}

/** TP, FN, FP or void, and the IoU with the partner, or else with the best candidate of its class. */
export function statusOf(state, found, map, label) {
  const match = found.matches.find((m) => m[map] === label);
  if (match) return { status: "TP", iou: match.iou, partner: match[other(map)] };
  const k = state[`${map}_segments`][label - 1][1];
  const ious = state[`${other(map)}_segments`].map((entry, i) =>
    entry[1] === k ? (map === "truth" ? found.iou(label, i + 1) : found.iou(i + 1, label)) : 0,
  );
  const best = Math.max(0, ...ious);
  if (found.forgiven.includes(label) && map === "prediction") return { status: "void", best };
  return { status: map === "truth" ? "FN" : "FP", best };
}

/** What goes to the trait `metrics`; Python computes the same. */
export function metrics(state, data) {
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

// --- what the maps are drawn from ---------------------------------------------------------------------------------------

/** What a segment lights with: its class on a semantic map, itself on an instance map, its match on a panoptic one. */
function partOf(mode, map, n, k, thing, match) {
  if (mode === "semantic") return `c${k}`;
  if (mode === "instance") return thing && `t${n}`;
  return match ? `m${match.truth}` : `${map[0]}${n}`;
}

/** The name on the map, in full and as short as can be; null on an instance map for what it leaves out. */
function nameOnMap(mode, map, { name, thing }, number, lost) {
  if (mode === "instance" && !thing) return null;
  const full = strings.segment(className(name), mode === "semantic" ? 0 : number);
  const code = map === "truth" ? "FN" : "FP";
  if (lost) return { full: `${full} · ${code}`, short: code, role: map };
  return { full, short: mode === "semantic" || !number ? "" : String(number), role: map };
}

/** Labels that are drawn as chosen: what was chosen, on a semantic map its whole class, on the other map its partner. */
function chosenOn(map, mode, { selected }, found, table, here) {
  if (!selected) return [];
  if (selected[0] !== map) {
    const partner = mode === "panoptic" && found.matches.find((m) => m[selected[0]] === selected[1]);
    return partner ? [partner[map]] : [];
  }
  const label = selected[1];
  if (!here.areas[label] || (mode === "instance" && !here.parts[label])) return [];
  if (mode !== "semantic") return [label];
  return table.map((_, i) => i + 1).filter((n) => table[n - 1][1] === table[label - 1][1]);
}

function mapScene(map, mode, state, found, classes) {
  const [height, width] = state.shape;
  const table = state[`${map}_segments`];
  const alone = mode === "panoptic" ? (map === "truth" ? found.missed : found.false) : [];
  const match = new Map(found.matches.map((m) => [m[map], m]));
  /** @type {any} */
  const here = {
    table,
    ...labelsOf(state, map),
    alone,
    parts: ["void"],
    names: [map === "truth" && mode !== "instance" ? { full: strings.void } : null],
    objects: new Uint8Array(256),
  };
  table.forEach(([, k, number], i) => {
    const n = i + 1;
    const { thing } = classes[k];
    here.parts[n] = partOf(mode, map, n, k, thing, match.get(n));
    here.names[n] = nameOnMap(mode, map, classes[k], number, alone.includes(n));
    here.objects[n] = thing ? (mode === "semantic" ? k + 1 : n) : 0;
  });
  here.chosen = chosenOn(map, mode, state, found, table, here);
  if (mode === "semantic") oneNameAClass(here, state[map], width, height);
  return here;
}

/** What the maps are drawn from: per map { labels, table, parts, names, areas, spots, alone, objects, chosen }. */
export function sceneOf(state, mode, found, classes) {
  const width = state.shape[1];
  const [truth, prediction] = MAPS.map((map) => mapScene(map, mode, state, found, classes));
  // Partners are joined at the same place where both are there, so that links run straight.
  prediction.spots = prediction.spots.slice();
  for (const { truth: t, prediction: p } of found.matches) {
    const spot = truth.spots[t];
    if (spot && prediction.labels[spot.row * width + spot.col] === p) prediction.spots[p] = spot;
  }
  return { mode, found, truth, prediction };
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

/** Which parts each term of the formulas, and each class, is made of; `klass` null for all classes. */
export function termsOf({ mode, found, truth, prediction }, klass) {
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
