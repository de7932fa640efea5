/** Spoiling the prediction: each edit makes one kind of mistake on one predicted segment. */
import { encodeLabelRuns } from "../../web/core/codec.js";
import { dropLabel, erodeLabel, growLabel, mergeLabels, splitLabel } from "../../web/core/panoptic.js";
import { generator } from "../../web/core/random.js";
import { labelsOf, tablesOf } from "./derive.js";

const MOST_LABELS = 255;
const SMALLEST = 20; // pixels of a segment that mistakes at random are made on

const freshNumber = (table, k) => 1 + Math.max(0, ...table.filter((entry) => entry[1] === k).map((entry) => entry[2]));

/** The label of the same class with which `label` would merge: the nearest. */
function mergeable(state, label) {
  const table = state.prediction_segments;
  const { spots } = labelsOf(state, "prediction");
  const away = (n) => Math.hypot(spots[n].col - spots[label].col, spots[n].row - spots[label].row);
  if (!spots[label]) return undefined;
  return [...spots.keys()]
    .filter((n) => n && n !== label && spots[n] && table[n - 1][1] === table[label - 1][1])
    .sort((a, b) => away(a) - away(b))[0];
}

/** The class that a segment would wrongly get: the next of its kind, things staying things. */
function mistakable(state, label, { classes }) {
  const old = state.prediction_segments[label - 1][1];
  const alike = classes.map((_, k) => k).filter((k) => k !== old && classes[k].thing === classes[old].thing);
  return alike.find((k) => k > old) ?? alike[0];
}

/** By edit: (state, label, labels, data) → { map, table }, what it changes. */
const EDITS = {
  merge: (state, label, labels) => ({ map: mergeLabels(labels, label, mergeable(state, label)) }),
  split(state, label, labels) {
    const table = state.prediction_segments;
    const [, k, number] = table[label - 1];
    const ids = tablesOf(state).flatMap((entries) => entries.map((entry) => entry[0]));
    const map = splitLabel(labels, state.shape[1], label, table.length + 1);
    return { map, table: [...table, [1 + Math.max(...ids), k, number && freshNumber(table, k)]] };
  },
  drop: (state, label, labels) => ({ map: dropLabel(labels, label) }),
  erode: (state, label, labels) => ({ map: erodeLabel(labels, state.shape[1], label) }),
  grow: (state, label, labels) => ({ map: growLabel(labels, state.shape[1], label) }),
  relabel(state, label, labels, data) {
    const k = mistakable(state, label, data);
    const table = state.prediction_segments.slice();
    table[label - 1] = [table[label - 1][0], k, data.classes[k].thing ? freshNumber(table, k) : 0];
    return { table };
  },
};

/** Names of the edits, in the order of their buttons. */
export const KINDS = Object.keys(EDITS);

/** Why an edit would change nothing, a key of `strings.edit.refused`; null where it can be made. */
export function refusal(state, data, kind, label) {
  if (kind === "merge" && !mergeable(state, label)) return "merge";
  if (kind === "relabel" && mistakable(state, label, data) === undefined) return "relabel";
  if (kind !== "split") return null;
  if (state.prediction_segments.length >= MOST_LABELS) return "full";
  return labelsOf(state, "prediction").areas[label] < 2 ? "small" : null;
}

/** The state after an edit, or null where it is not possible. */
export function spoiled(state, data, kind, label) {
  if (refusal(state, data, kind, label)) return null;
  return edited(state, EDITS[kind](state, label, labelsOf(state, "prediction").labels, data));
}

/**
 * A state with another prediction.
 * @param {any} state
 * @param {{ map?: LabelMap, table?: Segment[] }} change
 */
export function edited(state, { map, table }) {
  const changed = { ...state };
  if (map) changed.prediction = encodeLabelRuns(map);
  if (table) changed.prediction_segments = table;
  return changed;
}

/** Three mistakes on segments drawn at random, made on the prediction of the preset "good" or "given". */
export function seeded(seed, state, data) {
  const random = generator(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const base = data.presets.find(({ id }) => id === "good" || id === "given");
  let now = { ...state, ...base.state };
  for (let i = 0; i < 3; i++) {
    const { areas } = labelsOf(now, "prediction");
    const all = now.prediction_segments.map((_, n) => n + 1).filter((n) => areas[n] > SMALLEST);
    const things = all.filter((n) => data.classes[now.prediction_segments[n - 1][1]].thing);
    const label = pick(things.length ? things : all);
    now = spoiled(now, data, pick(KINDS), label) ?? now;
  }
  return { mode: "panoptic", prediction: now.prediction, prediction_segments: now.prediction_segments };
}
