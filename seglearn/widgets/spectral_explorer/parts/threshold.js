/** Can a threshold split them? What is asked, two histograms with a line between them, and what that line captures. */
import { STOPS } from "../../web/core/cube.js";
import { button, enable, radio, segmented, slider } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { count, score } from "../../web/ui/format.js";
import { createFormula, frac, ident, op, row, term, value } from "../../web/ui/formula.js";
import { legend } from "../../web/ui/legend.js";
import { meter } from "../../web/ui/meter.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";
import { createHistogram } from "./histogram.js";
import { createLedger } from "./ledger.js";
import { mark } from "./picture.js";

const words = strings.threshold;

/**
 * `change(patch, done)` merges into the state; `sensor(name)` changes the sensor.
 * Returns { parts: { ask, cut, scores, ledger }, draw(drawing, found, lit) }: elements to lay out.
 */
export function createThreshold(shell, model, { change, sensor }) {
  const ask = createAsk(change);
  const cut = createCut(change);
  const scores = createScores(shell.light);
  const ledger = createLedger(model, sensor);
  const none = h("p", { class: "hint", "data-testid": "threshold-none" });
  return {
    parts: { ask: ask.el, cut: h("div", {}, none, cut.el), scores: scores.el, ledger: ledger.el },
    draw({ state, metrics, why }, found, lit) {
      const classes = metrics.pins.map((p) => p.class && className(p.class));
      ask.draw(state, classes);
      cut.el.hidden = scores.el.hidden = !found;
      const roles = model.rolesOf(state);
      ledger.el.hidden = !roles;
      if (roles) ledger.draw(metrics.ledger, state.sensor, roles.everything);
      none.hidden = Boolean(found);
      if (!found) {
        none.textContent = reason(state, classes);
        return;
      }
      const other = words.otherPins([...new Set(classes.filter((c) => c && c !== className(found.name)))]);
      cut.draw(state, found, lit, state.rest === "all" ? words.others : other);
      scores.draw(found, state.t === null, why);
    },
  };
}

/** Why there is nothing to split. */
function reason({ pins, pin }, classes) {
  if (!pins.length) return words.noPin;
  return classes[pin] ? words.noAngle : words.noClass(pin + 1);
}

/** The class of which pin, on what, and against what. */
function createAsk(change) {
  const asked = h("div", { class: "asked", role: "radiogroup", "aria-label": words.asked });
  const [on, rest] = [
    { table: words.on, id: "on", values: ["angle", "band"] },
    { table: words.rest, id: "rest", values: ["all", "pinned"] },
  ].map(({ table, id, values }) =>
    segmented({
      label: table.label,
      id,
      options: values.map((v) => ({ value: v, label: table[v] })),
      onChange: (v) => change({ [id]: v, t: null }, true),
    }),
  );
  let built = "";
  function rebuild({ pins }, classes) {
    const options = pins.map((_, i) => {
      const input = radio({
        group: "ask",
        value: i,
        id: `ask-${i}`,
        onChange: () => change({ pin: i, t: null }, true),
      });
      input.ariaLabel = words.askPin(i + 1, classes[i]);
      return h("label", { class: "pick", title: classes[i] ?? "" }, input, mark(i));
    });
    asked.replaceChildren(h("span", { class: "hint" }, words.find), ...options);
  }
  return {
    el: h("div", { class: "row" }, asked, on.el, rest.el),
    draw(state, classes) {
      const key = JSON.stringify([state.pins, classes]);
      if (built !== key) {
        built = key;
        rebuild(state, classes);
      }
      asked.querySelectorAll("input").forEach((input, i) => (input.checked = i === state.pin));
      on.value = state.on;
      rest.value = state.rest;
    },
  };
}

/** The histograms, the slider under them, the side that is captured, and the way back to the best. */
function createCut(change) {
  let now = null;
  const at = (stop) => now.range[0] + (stop * (now.range[1] - now.range[0])) / STOPS;
  const move = (stop, done) => now && change({ t: at(stop), side: now.side }, done);
  const side = segmented({
    label: words.side.label,
    id: "side",
    options: ["below", "above"].map((v) => ({ value: v, label: words.side[v] })),
    onChange: (v) => now && change({ side: v, t: now.t }, true),
  });
  const line = slider({
    label: words.slider,
    id: "threshold",
    min: 0,
    max: STOPS,
    value: 0,
    format: (stop) => (now ? words.at(at(stop), now.angle) : ""),
    onInput: (stop) => move(stop, false),
    onChange: (stop) => move(stop, true),
  });
  const best = button({ label: words.best, id: "best", onClick: () => change({ t: null }, true) });
  const histogram = createHistogram();
  return {
    el: h("div", { class: "threshold-plot" }, histogram.el, line.el, h("div", { class: "row" }, best, side.el)),
    draw(state, found, lit, others) {
      now = { ...found, angle: state.on === "angle" };
      const [low, high] = found.range;
      const stop = Math.min(STOPS, Math.max(0, ((found.t - low) / (high - low)) * STOPS || 0));
      line.value = Math.round(stop);
      side.value = found.side;
      side.el.hidden = now.angle;
      enable(best, state.t !== null);
      histogram.draw(found, stop, lit, others);
    },
  };
}

/** What is captured, right and wrong, and what is missed; IoU, precision and recall. */
function createScores(light) {
  const counts = legend(
    light,
    [
      { part: "tp", role: "agreement", label: "TP", note: words.tp },
      { part: "fp", role: "prediction", label: "FP", note: words.fp },
      { part: "fn", role: "truth", label: "FN", note: words.fn },
    ],
    words.counts,
  );
  const formula = createFormula(light, words.formula);
  const t = (name) => term(name, ident(name.toUpperCase()));
  const scored = (name, ...pieces) =>
    row(term(name, ident(words.scores[name]), words.scores[name]), ...pieces, op("="), value(name));
  const union = row(t("tp"), op("+"), t("fp"), op("+"), t("fn"));
  formula.show(scored("iou", op("="), frac(t("tp"), union)), scored("precision"), scored("recall"));
  const iou = meter({ label: words.scores.iou, id: "meter-iou" });
  const verdict = h("p", { class: "verdict", "data-testid": "verdict" });
  return {
    el: h("div", { class: "threshold-scores", "data-readout": true }, counts.el, iou.el, formula.el, verdict),
    draw(found, auto, why) {
      iou.show(found.iou, why);
      counts.values({ tp: count(found.tp), fp: count(found.fp), fn: count(found.fn) });
      formula.values({ precision: score(found.precision), recall: score(found.recall), iou: score(found.iou) });
      verdict.textContent = words.verdict(found, auto);
    },
  };
}
