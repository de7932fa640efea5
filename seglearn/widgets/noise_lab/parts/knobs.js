/** Noise and filter: which, how strong, and what the noise does to a value. */
import { slider } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { createFormula, frac, op, row, term, text, variable } from "../../web/ui/formula.js";
import { throttle } from "../../web/ui/model.js";
import { select } from "../../web/ui/select.js";
import { strings } from "../words/en.js";
import { marksOf } from "./compute.js";

const [x, y] = [variable("x"), variable("y")];
const noise = (inside) => term("noise", inside, strings.terms.noise);
const impulse = (v) => row(y, op("="), noise(text(v)), text(strings.probability), variable("a"));
const LAWS = {
  gaussian: row(y, op("="), x, op("+"), noise(variable("n"))),
  salt: impulse(1),
  pepper: impulse(0),
  "salt-and-pepper": impulse(strings.either),
  poisson: row(y, op("="), frac(noise(variable("K")), variable("N"))),
  speckle: row(y, op("="), x, op("·"), noise(variable("g"))),
};

const nearest = (list, v) =>
  list.reduce((best, one, i) => (Math.abs(Math.log(one / v)) < Math.abs(Math.log(list[best] / v)) ? i : best), 0);

/** A slider over marks; while it is dragged the picture follows as fast as it can be computed. */
function along({ store, onClose }, lab, put, { id, label, marksNow, format }) {
  let latest = 0;
  let drawn = store.state; // while "before" is held it is not the store's
  const show = () => store.preview({ ...store.state, [id]: latest });
  const paces = [throttle(show, 16), throttle(show, 120)];
  const stop = () => paces.forEach((pace) => pace.stop());
  onClose(stop);
  const one = slider({
    label,
    id,
    min: 0,
    max: 1,
    value: 0,
    format(i) {
      const marks = marksNow(drawn);
      const v = drawn[id];
      // A value between the marks, set by Python, is shown as it is.
      return format(drawn, marks.length && i === nearest(marks, v) ? v : marks[i]);
    },
    onInput(i) {
      latest = marksNow(store.state)[i];
      stop();
      paces[lab.cost > 16 ? 1 : 0].soon();
    },
    onChange(i) {
      stop();
      put({ [id]: marksNow(store.state)[i] });
    },
  });
  const input = one.el.querySelector("input");
  return {
    el: one.el,
    draw(state) {
      drawn = state;
      const marks = marksNow(state);
      input.max = String(Math.max(0, marks.length - 1));
      if (marks.length) one.value = nearest(marks, state[id]);
    },
  };
}

const drop = (id, values, label, words, onChange) =>
  select({ label, id, options: values.map((value) => ({ value, label: words[value] })), onChange });

function createNoise(shell, lab, put) {
  const { store, light } = shell;
  const marksNow = ({ noise: kind }) => marksOf(lab.strengths[kind]);
  const last = {};
  const kinds = drop("noise", Object.keys(lab.strengths), strings.noise, strings.noises, (noise) => {
    last[store.state.noise] = store.state.strength;
    const marks = marksNow({ noise });
    put({ noise, strength: last[noise] ?? marks[marks.length >> 2] }); // at first it is weak
  });
  const format = ({ noise: kind }, v) => strings.strengths[kind](v);
  const strength = along(shell, lab, put, { id: "strength", label: strings.strength, marksNow, format });
  const salt = slider({
    label: strings.salt,
    id: "salt",
    min: 0,
    max: 100,
    step: 10,
    value: 50,
    format: (v) => `${v}\u202f%`,
    onInput: (v) => store.preview({ ...store.state, salt: v / 100 }),
    onChange: (v) => put({ salt: v / 100 }),
  });
  const law = createFormula(light, strings.law);
  law.el.dataset.testid = "law";
  light.bind(strength.el, { part: "noise" });
  let shown = null;
  return {
    el: h("div", { class: "knobs" }, kinds.el, strength.el, salt.el, law.el),
    draw(state) {
      kinds.value = state.noise;
      strength.draw(state);
      salt.value = Math.round(100 * state.salt);
      salt.el.hidden = state.noise !== "salt-and-pepper";
      if (shown !== state.noise) law.show(LAWS[state.noise]);
      shown = state.noise;
    },
  };
}

function createFilter(shell, lab, put) {
  const { store } = shell;
  const last = {};
  const kinds = drop("filter", Object.keys(lab.settings), strings.filter, strings.filters, (filter) => {
    last[store.state.filter] = store.state.setting;
    const list = lab.settings[filter];
    put({ filter, setting: last[filter] ?? list[list.length >> 1] });
  });
  const setting = along(shell, lab, put, {
    id: "setting",
    label: strings.setting,
    marksNow: ({ filter }) => marksOf(lab.settings[filter].filter((v) => v !== null)),
    format: ({ filter }, v) => (v == null ? "" : strings.settings[filter](v)),
  });
  const idea = h("span", { class: "hint", "data-testid": "idea" });
  return {
    el: h("div", { class: "knobs" }, kinds.el, setting.el, idea),
    draw(state) {
      kinds.value = state.filter;
      setting.draw(state);
      setting.el.hidden = state.setting === null;
      idea.textContent = strings.ideas[state.filter];
    },
  };
}

/** Both panels: `{ noise, filter, draw(state) }`. */
export function createKnobs(shell, lab, put) {
  const [noisePanel, filterPanel] = [createNoise(shell, lab, put), createFilter(shell, lab, put)];
  return {
    noise: noisePanel.el,
    filter: filterPanel.el,
    draw(state) {
      noisePanel.draw(state);
      filterPanel.draw(state);
    },
  };
}
