/**
 * PQ = SQ × RQ in three tiles, TP, FN and FP counted, and the scores of each class. `klass` is the class they are about,
 * or null for the mean over classes.
 */
import { radio } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { createFormula, frac, number, op, row, sub, term, text, value } from "../../web/ui/formula.js";
import { createBar } from "../../web/ui/meter.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";
import { swatchOf } from "./looks.js";

const SCORES = ["pq", "sq", "rq"];
const COUNTS = { tp: "agreement", fn: "truth", fp: "prediction" };

const named = (name, inside) => term(name, inside, strings.quality.terms[name]);
const bars = (name) => named(name, row(op("|"), text(name.toUpperCase()), op("|")));
const ious = named("iou", row(sub(op("∑"), text("TP")), text("IoU")));
const weight = (part) => row(part("tp"), op("+"), row(number("½"), part("fp")), op("+"), row(number("½"), part("fn")));
const counted = (name) => term(name, value(name));
const times = (name) => row(op("·"), counted(name));
const numbers = row(counted("tp"), op("+"), number("½"), times("fp"), op("+"), number("½"), times("fn"));
const OF_CLASS = {
  pq: [row(text("SQ"), op("×"), text("RQ"), op("=")), frac(ious, weight(bars))],
  sq: [frac(ious, bars("tp")), row(op("="), frac(counted("iou"), counted("tp")))],
  rq: [frac(bars("tp"), weight(bars)), row(op("="), frac(counted("tp"), numbers))],
};
const overClasses = (name) =>
  row(frac(number(1), value("n")), sub(op("∑"), text(strings.table.class)), text(name.toUpperCase()));

/** One score: its number, what the last change did to it, and its formula, which only the stage "quality" shows. */
function createTile(light, name) {
  const [short, long] = strings.quality[name];
  const formula = createFormula(light, strings.quality[name].join(", "));
  formula.el.dataset.testid = `formula-${name}`;
  formula.el.dataset.stage = "quality";
  const number = h("output", { class: "number", "data-readout": true, "data-testid": name });
  const change = h("span", { class: "change", "data-readout": true, "data-testid": `change-${name}` });
  const note = h("small", { "data-stage": "quality", "data-secondary": true }, long);
  const el = h(
    "div",
    { class: "tile" },
    h("div", { class: "tile-head" }, h("b", { title: long }, short), number, change, note),
    formula.el,
  );
  return { name, el, formula, number, change };
}

/** "▼ 0.252", or nothing where three digits show no change. */
function changed(now, before) {
  const by = before == null || now === null ? 0 : now - before;
  const said = score(Math.abs(by));
  return said === "0.000" ? "" : `${by < 0 ? "▼" : "▲"} ${said}`;
}

/** PQ, SQ and RQ. Returns { el, draw({ row, before, klass, name, n }) }; `before` is the row before the last change. */
export function createQuality(light) {
  const tiles = SCORES.map((name) => createTile(light, name));
  const about = h("b", { class: "about", "data-stage": "look" });
  const words = h("p", { class: "in-words", "data-stage": "quality", "data-secondary": true });
  const el = h(
    "div",
    { class: "quality", "data-testid": "quality" },
    about,
    h(
      "div",
      { class: "tiles" },
      tiles.map((tile) => tile.el),
    ),
    words,
  );
  let shown;
  return {
    el,
    draw({ row: now, before, klass, name, n }) {
      const mean = klass === null;
      about.textContent = name ?? strings.counts.all;
      for (const tile of tiles) {
        if (shown !== mean) tile.formula.show(...(mean ? [overClasses(tile.name)] : OF_CLASS[tile.name]));
        tile.formula.values({
          n: String(n),
          iou: score(now.iouSum ?? null),
          ...Object.fromEntries(Object.keys(COUNTS).map((c) => [c, String(now[c])])),
        });
        tile.number.textContent = score(now[tile.name]);
        tile.change.textContent = changed(now[tile.name], before?.[tile.name]);
      }
      shown = mean;
      if (mean) words.textContent = strings.quality.mean(n, productOf(now));
      else words.textContent = now.tp ? strings.quality.within(name) : strings.quality.none;
    },
  };
}

const productOf = ({ sq, rq }) => score(sq === null || rq === null ? null : sq * rq);

/** TP, FN and FP with their marks; pointing at one lights its segments. */
export function createCounts(light) {
  const about = h("b", { class: "about" });
  const numbers = {};
  const chips = Object.entries(COUNTS).map(([name, role]) => {
    const [short, long] = strings.counts[name];
    numbers[name] = h("b", { class: "legend-value", "data-testid": `count-${name}` });
    return light.bind(
      h(
        "li",
        { tabindex: "0", class: role, "data-term": name },
        h("i", { class: `swatch ${role}`, "aria-hidden": "true" }),
        h("span", { class: "legend-name" }, short),
        numbers[name],
        h("span", { class: "legend-note" }, long),
      ),
      { term: name },
    );
  });
  return {
    el: h("div", { class: "counts" }, about, h("ul", { class: "legend", "aria-label": strings.counts.label }, chips)),
    draw(row, name) {
      about.textContent = name ?? strings.counts.all;
      for (const [key, node] of Object.entries(numbers)) node.textContent = String(row[key]);
    },
  };
}

const COLUMNS = [...SCORES, "tp", "fp", "fn"];

function createRow(light, classes, k, onChoose) {
  const name = k === null ? strings.table.mean : className(classes[k].name);
  const id = `class-${k === null ? "mean" : classes[k].id}`;
  const input = radio({ group: "klass", value: k, id, onChange: () => onChoose(k) });
  const cells = Object.fromEntries(COLUMNS.map((key) => [key, h("span", { class: `cell ${key}` })]));
  const bar = createBar();
  const el = h(
    "label",
    { class: "row pick" },
    input,
    k === null ? h("i", { class: "swatch none", "aria-hidden": "true" }) : h("i", swatchOf(classes, k)),
    h("span", { class: "row-name" }, name),
    bar.el,
    Object.values(cells),
  );
  if (k !== null) light.bind(el, { term: `class-${k}` });
  return {
    k,
    el,
    draw(now, before, chosen) {
      input.checked = chosen;
      input.setAttribute("aria-label", strings.table.row(name, now));
      el.classList.toggle("chosen", chosen);
      for (const key of SCORES) cells[key].textContent = score(now[key]);
      for (const key of Object.keys(COUNTS)) {
        cells[key].textContent = String(now[key]);
        cells[key].classList.toggle("some", key !== "tp" && now[key] > 0);
      }
      bar.show(now.pq, before?.pq ?? null);
    },
  };
}

/** One row a class, and the mean; choosing one makes the tiles speak of it. */
export function createTable(light, classes, onChoose) {
  const order = [...classes.keys()].sort((a, b) => classes[b].thing - classes[a].thing || a - b);
  const rows = [null, ...order].map((k) => createRow(light, classes, k, onChoose));
  const head = h(
    "div",
    { class: "row head-row", "aria-hidden": "true" },
    h("span"),
    h("span", { class: "row-name" }, strings.table.class),
    h("span", { class: "meter-track" }),
    COLUMNS.map((key) => h("span", { class: `cell ${key}` }, key.toUpperCase())),
  );
  return {
    el: h(
      "div",
      {
        class: "score-table",
        "data-readout": true,
        "data-cells": true,
        role: "radiogroup",
        "aria-label": strings.table.label,
      },
      head,
      rows.map(({ el }) => el),
    ),
    /** `scores`: of each class, then the mean; `before` the same before the last change, or null. */
    draw(scores, before, klass) {
      for (const row of rows) {
        const at = row.k ?? classes.length;
        row.draw(scores[at], before?.[at], row.k === klass);
      }
    },
  };
}
