/** The pinned pixels and what lies under the pointer: classes, the angles between them, and one angle in full. */
import { spectralAngle } from "../../web/core/cube.js";
import { h } from "../../web/ui/dom.js";
import { decimal } from "../../web/ui/format.js";
import { createFormula, frac, ident, op, row, term, text, value } from "../../web/ui/formula.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";
import { mark } from "./picture.js";

const words = strings.pins;
const degrees = (x) => (x == null || Number.isNaN(x) ? "–" : strings.goals.degrees(x));
const hidden = (text) => h("span", { class: "live" }, text);
const figures = (x) => decimal(x, Number.isInteger(x) ? 0 : Math.max(0, 3 - Math.floor(Math.log10(Math.abs(x) || 1))));

/** What lies at a pixel. */
export function nameAt(model, i) {
  const name = model.classAt(i);
  return name === null ? strings.noClass(model.labels !== null) : className(name);
}

/** The two pins whose angle is written out. */
export function pairOf({ pins, pin }, { pair }) {
  if (pair && Math.max(...pair) < pins.length) return pair;
  return [pin, pins.findIndex((_, n) => n !== pin)];
}

/**
 * The spectra whose angle is written out: of the chosen pair, or of the asked pin and what is pointed at.
 * { i, j, a, b, one, dot, la, lb, angle }: `one` where the sensor has a single band; what is not there is undefined.
 * @returns {any}
 */
export function pairSeen(model, state, view, hover) {
  const [i, j] = pairOf(state, view);
  const seen = (n) => (state.pins[n] ? model.seen(state.sensor, model.at(state.pins[n])) : undefined);
  const [a, b] = [seen(i), hover === null ? seen(j) : model.seen(state.sensor, hover)];
  const one = model.sensors[state.sensor].n < 2;
  if (one || !a || !b) return { i, j, a, b, one };
  const { dot, a: la, b: lb, angle } = spectralAngle(a, b);
  return { i, j, a, b, one, dot, la, lb, angle };
}

/** The one number of the first stage: the angle between two pixels. Returns { el, draw(pair, hover) }. */
export function createReadout() {
  const names = h("span", { class: "between" });
  const number = h("output", { class: "number", "data-readout": true, "data-testid": "angle-now" });
  return {
    el: h("p", { class: "readout" }, names, number),
    draw({ i, j, a, b, one, angle }, hover) {
      number.textContent = degrees(angle);
      if (!a || !b) return names.replaceChildren(strings.formula.alone);
      if (one) return names.replaceChildren(strings.formula.one);
      names.replaceChildren(words.angle, mark(i), hover === null ? mark(j) : h("i", {}, words.here));
    },
  };
}

/** Returns { el, draw(state, view, found, hover, pair) }. */
export function createPins(shell, model, { onRemove, onPair }) {
  const table = createTable(shell.light, model, { onRemove, onPair });
  const angle = createAngle(shell.light);
  return {
    el: h(
      "div",
      { class: "pins-part" },
      h("div", { class: "table-wrap", "data-readout": true, "data-scrolls": true }, table.el),
      angle.el,
    ),
    draw(state, view, found, hover, pair) {
      table.draw(state, view, found, hover);
      angle.draw(pair, hover);
      shell.light.terms(termsOf(state, pair, hover));
    },
  };
}

/** Which parts each term of the formulas is made of. */
function termsOf({ pins }, { i, j }, hover) {
  const pairs = pins.flatMap((_, p) => pins.map((__, q) => [`pair-${p}-${q}`, [`pin-${p}`, `pin-${q}`]]));
  return {
    a: [`pin-${i}`],
    b: hover === null ? [`pin-${j}`] : ["here"],
    ...Object.fromEntries(pairs),
    precision: ["tp", "fp"],
    recall: ["tp", "fn"],
    iou: ["tp", "fp", "fn"],
    tp: ["tp"],
    fp: ["fp"],
    fn: ["fn"],
  };
}

// --- the angle in full ----------------------------------------------------------------------------------------------------

function createAngle(light) {
  const formula = createFormula(light, strings.formula.label);
  const note = h("p", { class: "hint", "data-testid": "angle-note" });
  const length = (name) => term(name, row(op("‖"), ident(name), op("‖")));
  formula.show(
    row(
      text("θ"),
      op("="),
      ident("arccos"),
      frac(
        row(term("a", ident("a"), strings.formula.a), op("·"), term("b", ident("b"), strings.formula.b)),
        row(length("a"), length("b")),
      ),
    ),
    row(op("="), ident("arccos"), frac(value("dot"), row(value("la"), op("·"), value("lb"))), op("="), value("angle")),
  );
  return {
    el: h("div", { class: "angle", "data-readout": true }, formula.el, note),
    draw({ i, j, a, b, one, dot, la, lb, angle }, hover) {
      formula.el.hidden = one || !a || !b;
      if (one) note.textContent = strings.formula.one;
      else note.textContent = a && b ? strings.formula.read(i + 1, hover === null ? j + 1 : 0) : strings.formula.alone;
      if (formula.el.hidden) return;
      formula.values({ dot: figures(dot), la: figures(la), lb: figures(lb), angle: degrees(angle) });
    },
  };
}

// --- the table ------------------------------------------------------------------------------------------------------------

function createTable(light, model, on) {
  const head = h("tr");
  const body = h("tbody");
  const el = h(
    "table",
    { class: "pins-table", "data-testid": "pins" },
    h("caption", {}, words.caption),
    h("thead", {}, head),
    body,
  );
  const has = model.labels !== null;
  let built = "";
  let cells = [];
  let here = null;

  function rebuild({ pins }, classes) {
    const columns = pins.map((_, j) => h("th", { scope: "col" }, hidden(words.angleTo(j + 1)), mark(j)));
    head.replaceChildren(
      h("th", { scope: "col" }, words.pin),
      h("th", { scope: "col", class: "wide" }, words.class),
      ...columns,
      h("th", { scope: "col" }, hidden(words.removing)),
    );
    const rows = pins.map((pin, i) => createRow(light, pins, i, classes[i] ?? strings.noClass(has), on));
    cells = rows.map((row) => row.cells);
    here = createHere(pins);
    body.replaceChildren(...rows.map((row) => row.el), here.el);
  }

  return {
    el,
    draw(state, view, found, hover) {
      const { pins } = state;
      const classes = found.pins.map((p) => p.class && className(p.class));
      const key = JSON.stringify([pins, classes]);
      if (key !== built) rebuild(state, classes);
      built = key;
      for (const { i, j, button } of cells.flat()) {
        const angle = degrees(found.angles[i][j]);
        if (button.textContent !== angle) button.textContent = angle;
        button.setAttribute("aria-label", words.between(i + 1, j + 1, angle));
        button.setAttribute("aria-pressed", String(view.pair?.[0] === i && view.pair[1] === j));
      }
      const name = hover === null ? words.point : nameAt(model, hover);
      const to = (pin) => degrees(pairSeen(model, { ...state, pins: [pin], pin: 0 }, {}, hover).angle);
      here.draw(name, hover === null ? pins.map(() => "") : pins.map(to));
    },
  };
}

/** The row of pin i: its class and place, its angles to the others, and what takes it away. */
function createRow(light, pins, i, name, { onRemove, onPair }) {
  const cells = pins.flatMap((_, j) => {
    if (i === j) return [];
    const test = { "data-testid": `angle-${i}-${j}` };
    const button = h("button", { type: "button", class: "cell", ...test, onclick: () => onPair([i, j]) });
    return [{ i, j, button: light.bind(button, { term: `pair-${Math.min(i, j)}-${Math.max(i, j)}` }) }];
  });
  const said = words.remove(i + 1);
  const remove = h(
    "button",
    {
      type: "button",
      class: "cell",
      "aria-label": said,
      title: said,
      "data-testid": `unpin-${i}`,
      onclick: () => onRemove(i),
    },
    "×",
  );
  const el = h(
    "tr",
    { "data-part": `pin-${i}`, "data-testid": `pin-${i}` },
    h("th", { scope: "row" }, hidden(String(i + 1)), mark(i)),
    h(
      "td",
      { class: "wide" },
      h("span", { "data-testid": `pin-class-${i}` }, name),
      " ",
      h("span", { class: "hint" }, words.place(...pins[i])),
    ),
    pins.map((_, j) => h("td", {}, cells.find((cell) => cell.j === j)?.button ?? "·")),
    h("td", {}, remove),
  );
  return { cells, el: light.bind(el, { part: `pin-${i}` }) };
}

/** The last row: what is pointed at. */
function createHere(pins) {
  const name = h("span", { "data-testid": "here-class" });
  const values = pins.map((_, j) => h("td", { "data-testid": `here-${j}` }));
  return {
    el: h(
      "tr",
      { class: "here-row", "data-testid": "here" },
      h("th", { scope: "row" }, words.here),
      h("td", { class: "wide" }, name),
      values,
      h("td"),
    ),
    draw(now, angles) {
      name.textContent = now;
      values.forEach((cell, j) => (cell.textContent = angles[j]));
    },
  };
}
