/** Can a threshold split them? Two histograms, a line between them, and what that line captures. */
import { STOPS } from "../../web/core/cube.js";
import { button, segmented, slider } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { count, score } from "../../web/ui/format.js";
import { createFormula, frac, ident, op, row, term, value } from "../../web/ui/formula.js";
import { legend } from "../../web/ui/legend.js";
import { strings } from "../words/en.js";
import { mark } from "./picture.js";

/** `change(patch, done)` merges into the state; `sensor(name)` changes the sensor. */
export function createThreshold(shell, model, { change, sensor }) {
  const { light } = shell;
  const words = strings.threshold;
  const asked = h("div", { class: "asked", role: "radiogroup", "aria-label": words.asked });
  const on = segmented({
    label: words.on.label,
    id: "on",
    options: ["angle", "band"].map((v) => ({ value: v, label: words.on[v] })),
    onChange: (v) => change({ on: v, t: null }, true),
  });
  const rest = segmented({
    label: words.rest.label,
    id: "rest",
    options: ["all", "pinned"].map((v) => ({ value: v, label: words.rest[v] })),
    onChange: (v) => change({ rest: v, t: null }, true),
  });
  const side = segmented({
    label: words.side.label,
    id: "side",
    options: ["below", "above"].map((v) => ({ value: v, label: words.side[v] })),
    onChange: (v) => now && change({ side: v, t: now.t }, true),
  });
  let now = null;
  const move = (stop, done) => {
    if (!now) return;
    const [low, high] = now.range;
    change({ t: low + (stop * (high - low)) / STOPS, side: now.side }, done);
  };
  const line = slider({
    label: words.slider,
    id: "threshold",
    min: 0,
    max: STOPS,
    value: 0,
    format: (stop) => (now ? words.at(now.range[0] + (stop * (now.range[1] - now.range[0])) / STOPS, now.angle) : ""),
    onInput: (stop) => move(stop, false),
    onChange: (stop) => move(stop, true),
  });
  const best = button({ label: words.best, id: "best", onClick: () => change({ t: null }, true) });
  const plot = h("div", { class: "histogram", role: "img", "data-testid": "histogram" });
  const key = h(
    "p",
    { class: "histogram-key" },
    h("span", { class: "truth" }, h("i", { class: "swatch truth", "aria-hidden": "true" }), h("b", {})),
    h("span", { class: "prediction" }, h("i", { class: "swatch prediction", "aria-hidden": "true" }), h("b", {})),
  );
  const [targetName, restName] = key.querySelectorAll("b");
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
  const ratio = (name, under) =>
    row(
      term(name, ident(words.scores[name]), words.scores[name]),
      op("="),
      frac(t("tp"), row(...under.flatMap((u, i) => (i ? [op("+"), t(u)] : [t(u)])))),
      op("="),
      value(name),
    );
  formula.show(ratio("precision", ["tp", "fp"]), ratio("recall", ["tp", "fn"]), ratio("iou", ["tp", "fp", "fn"]));

  const ledger = h("ul", { class: "ledger" });
  const bars = Object.keys(model.sensors).map((name) => {
    const bar = h("i", { class: "bar" }, h("i", { class: "fill" }), h("i", { class: "floor" }));
    const number = h("b", { "data-testid": `ledger-${name}` });
    const el = h(
      "button",
      { type: "button", class: "ledger-row", "data-testid": `ledger-row-${name}`, onclick: () => sensor(name) },
      h("span", {}, strings.sensorName(name, model)),
      bar,
      number,
    );
    ledger.append(h("li", {}, el));
    return { name, el, bar, number };
  });
  const verdict = h("p", { class: "verdict", "data-testid": "verdict" });
  const none = h("p", { class: "hint", "data-testid": "threshold-none" });
  const board = h(
    "div",
    { class: "threshold-board" },
    h("div", { class: "threshold-plot" }, key, plot, line.el, h("div", { class: "row" }, best, side.el)),
    h("div", { class: "threshold-scores" }, counts.el, formula.el, verdict),
    h(
      "div",
      { class: "threshold-ledger" },
      h("p", { class: "ledger-title" }, words.ledger),
      ledger,
      h("p", { class: "hint" }, words.floor),
    ),
  );
  const el = h(
    "section",
    { class: "threshold", "aria-label": words.title },
    h("div", { class: "row" }, h("strong", { class: "part-title" }, words.title), asked, on.el, rest.el),
    none,
    board,
  );

  let built = "";
  function rebuild({ pins }, classes) {
    asked.replaceChildren(
      h("span", { class: "hint" }, words.find),
      ...pins.map((_, i) => {
        const input = h("input", {
          type: "radio",
          name: `ask${built.length}`,
          "data-testid": `ask-${i}`,
          "aria-label": words.askPin(i + 1, classes[i]),
          onchange: () => change({ pin: i, t: null }, true),
        });
        return h("label", { title: classes[i] ?? "" }, input, mark(i));
      }),
    );
  }

  return {
    el,
    draw(state, view, found, metrics, lit) {
      const classes = metrics.pins.map((p) => p.class);
      const keyOf = JSON.stringify([state.pins, classes]);
      if (built !== keyOf) {
        built = keyOf;
        rebuild(state, classes);
      }
      asked.querySelectorAll("input").forEach((input, i) => (input.checked = i === state.pin));
      on.value = state.on;
      rest.value = state.rest;
      board.hidden = !found;
      none.hidden = Boolean(found);
      now = found && { ...found, angle: state.on === "angle" };
      if (!found) {
        none.textContent = !state.pins.length
          ? words.noPin
          : !classes[state.pin]
            ? words.noClass(state.pin + 1)
            : words.noAngle;
        return;
      }
      const [low, high] = found.range;
      const stop = Math.min(STOPS, Math.max(0, ((found.t - low) / (high - low)) * STOPS || 0));
      line.value = Math.round(stop);
      side.value = found.side;
      side.el.hidden = state.on === "angle";
      best.setAttribute("aria-pressed", String(state.t === null));
      targetName.textContent = found.name;
      restName.textContent =
        state.rest === "all"
          ? words.others
          : words.otherPins([...new Set(classes.filter((c) => c && c !== found.name))]);
      draw(found, stop, lit);
      counts.values({ tp: count(found.tp), fp: count(found.fp), fn: count(found.fn) });
      formula.values({ precision: score(found.precision), recall: score(found.recall), iou: score(found.iou) });
      verdict.textContent = words.verdict(found, state.t === null);
      for (const { name, el: button_, bar, number } of bars) {
        const iou = metrics.ledger[name];
        const [fill, floor] = /** @type {HTMLElement[]} */ ([...bar.children]);
        fill.style.width = `${100 * (iou ?? 0)}%`;
        floor.style.left = `${100 * found.everything}%`;
        number.textContent = score(iou);
        button_.setAttribute("aria-pressed", String(name === state.sensor));
      }
    },
  };

  /** Both histograms to their own total, so that a small class can be seen beside a large one. */
  function draw({ counts: [target, other], side: which, name }, stop, lit) {
    const curve = (bins) => {
      const shown = Array.from({ length: 50 }, (_, i) => bins.slice(4 * i + 1, 4 * i + 5).reduce((a, b) => a + b, 0));
      shown[0] += bins[0];
      shown[49] += bins[STOPS + 1];
      const total = shown.reduce((a, b) => a + b, 0) || 1;
      return shown.map((n) => n / total);
    };
    const both = [curve(target), curve(other)];
    const top = Math.max(...both.flat(), 1e-9);
    const path = (shares) =>
      `M0 100${shares.map((s, i) => `V${(100 - (96 * s) / top).toFixed(1)}H${4 * (i + 1)}`).join("")}V100Z`;
    const x = stop;
    const inside = which === "below" ? [0, x] : [x, STOPS - x];
    const faded = (parts) =>
      lit && !parts.some((p) => lit.has(p)) && ["tp", "fp", "fn"].some((p) => lit.has(p)) ? " faded" : "";
    plot.innerHTML =
      `<svg viewBox="0 0 ${STOPS} 100" preserveAspectRatio="none" aria-hidden="true"><defs>` +
      ["truth", "prediction"]
        .map(
          (role, i) =>
            `<pattern id="p${i}" patternUnits="userSpaceOnUse" width="4" height="7" patternTransform="skewX(${i ? 20 : -20})"><path class="${role}" d="M0 0V7"/></pattern>`,
        )
        .join("") +
      `</defs><rect class="inside" x="${inside[0]}" width="${Math.max(0, inside[1])}" height="100"/>` +
      `<path class="prediction${faded(["fp"])}" fill="url(#p1)" d="${path(both[1])}"/><path class="truth${faded(["tp", "fn"])}" fill="url(#p0)" d="${path(both[0])}"/>` +
      `<path class="line" d="M${x} 0V100"/></svg>`;
    plot.setAttribute("aria-label", words.histogram(name));
  }
}
