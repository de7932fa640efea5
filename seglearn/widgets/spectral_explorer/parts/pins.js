/** The pinned pixels and what lies under the pointer: classes, the angles between them, and one angle in full. */
import { spectralAngle } from "../../web/core/cube.js";
import { h } from "../../web/ui/dom.js";
import { createFormula, frac, ident, op, row, term, text, value } from "../../web/ui/formula.js";
import { strings } from "../words/en.js";
import { mark } from "./picture.js";

const degrees = (x) => (x == null ? "–" : `${x.toFixed(2)}°`);

export function createPins(shell, model, { onRemove, onPair }) {
  const { light } = shell;
  const head = h("tr");
  const body = h("tbody");
  const table = h(
    "table",
    { class: "pins-table", "data-testid": "pins" },
    h("caption", {}, strings.pins.caption),
    h("thead", {}, head),
    body,
  );
  const formula = createFormula(light, strings.formula.label);
  const note = h("p", { class: "hint", "data-testid": "angle-note" });
  const el = h(
    "div",
    { class: "pins-part" },
    h("div", { class: "table-wrap" }, table),
    h("div", { class: "angle" }, formula.el, note),
  );
  formula.show(
    row(
      text("θ"),
      op("="),
      ident("arccos"),
      frac(
        row(term("a", ident("a"), strings.formula.a), op("·"), term("b", ident("b"), strings.formula.b)),
        row(term("a", row(op("‖"), ident("a"), op("‖"))), term("b", row(op("‖"), ident("b"), op("‖")))),
      ),
    ),
    row(op("="), ident("arccos"), frac(value("dot"), row(value("la"), op("·"), value("lb"))), op("="), value("angle")),
  );

  let built = "";
  let cells = [];
  let here = null;

  function rebuild({ pins }, classes, has) {
    head.replaceChildren(
      h("th", { scope: "col" }, strings.pins.pin),
      h("th", { scope: "col", class: "wide" }, strings.pins.class),
      ...pins.map((_, j) =>
        h("th", { scope: "col" }, h("span", { class: "hidden" }, strings.pins.angleTo(j + 1)), mark(j)),
      ),
      h("th", { scope: "col" }, h("span", { class: "hidden" }, strings.pins.removing)),
    );
    const place = ([r, c]) => h("span", { class: "hint" }, strings.pins.place(r, c));
    cells = pins.map(() => []);
    const rows = pins.map((pin, i) =>
      light.bind(
        h(
          "tr",
          { "data-part": `pin-${i}`, "data-testid": `pin-${i}` },
          h("th", { scope: "row" }, h("span", { class: "hidden" }, String(i + 1)), mark(i)),
          h(
            "td",
            { class: "wide" },
            h("span", { "data-testid": `pin-class-${i}` }, classes[i] ?? strings.noClass(has)),
            " ",
            place(pin),
          ),
          pins.map((_, j) => {
            if (i === j) return h("td", {}, "·");
            const button = h("button", {
              type: "button",
              class: "cell",
              "data-testid": `angle-${i}-${j}`,
              onclick: () => onPair([i, j]),
            });
            cells[i][j] = button;
            return h("td", {}, light.bind(button, { term: `pair-${Math.min(i, j)}-${Math.max(i, j)}` }));
          }),
          h(
            "td",
            {},
            h(
              "button",
              {
                type: "button",
                class: "cell",
                "aria-label": strings.pins.remove(i + 1),
                title: strings.pins.remove(i + 1),
                "data-testid": `unpin-${i}`,
                onclick: () => onRemove(i),
              },
              "×",
            ),
          ),
        ),
        { part: `pin-${i}` },
      ),
    );
    here = {
      name: h("span", { "data-testid": "here-class" }),
      values: pins.map((_, j) => h("td", { "data-testid": `here-${j}` })),
    };
    const last = h(
      "tr",
      { class: "here-row", "data-testid": "here" },
      h("th", { scope: "row" }, strings.pins.here),
      h("td", { class: "wide" }, here.name),
      here.values,
      h("td"),
    );
    body.replaceChildren(...rows, last);
  }

  return {
    el,
    table,
    draw(state, view, found, hover, hoverClass) {
      const { pins } = state;
      const classes = found.pins.map((p) => p.class);
      const key = JSON.stringify([pins, classes]);
      const has = model.labels !== null;
      if (key !== built) rebuild(state, classes, has);
      built = key;
      cells.forEach((line, i) =>
        line.forEach((button, j) => {
          const words = degrees(found.angles[i][j]);
          if (button.textContent !== words) button.textContent = words;
          button.setAttribute("aria-label", strings.pins.between(i + 1, j + 1, words));
          button.setAttribute("aria-pressed", String(view.pair?.[0] === i && view.pair[1] === j));
        }),
      );
      const seen = pins.map((p) => model.seen(state.sensor, model.at(p)));
      const one = model.sensors[state.sensor].n < 2;
      const now = hover === null ? null : model.seen(state.sensor, hover);
      here.name.textContent = now ? (hoverClass ?? strings.noClass(has)) : strings.pins.point;
      here.values.forEach((cell, j) => {
        const angle = now && !one ? spectralAngle(now, seen[j]).angle : null;
        cell.textContent = now ? degrees(Number.isNaN(angle) ? null : angle) : "";
      });

      // The angle in full: of the chosen pair, or from the asked pin to what is pointed at.
      const [i, j] = pairOf(state, view);
      const a = seen[i];
      const b = now ?? seen[j];
      formula.el.hidden = one || !a || !b;
      note.textContent = one
        ? strings.formula.one
        : !b
          ? strings.formula.alone
          : strings.formula.read(i + 1, now ? 0 : j + 1);
      light.terms({
        a: [`pin-${i}`],
        b: now ? ["here"] : [`pin-${j}`],
        ...Object.fromEntries(
          pins.flatMap((_, p) => pins.map((__, q) => [`pair-${p}-${q}`, [`pin-${p}`, `pin-${q}`]])),
        ),
        precision: ["tp", "fp"],
        recall: ["tp", "fn"],
        iou: ["tp", "fp", "fn"],
        tp: ["tp"],
        fp: ["fp"],
        fn: ["fn"],
      });
      if (formula.el.hidden) return;
      const { dot, a: la, b: lb, angle } = spectralAngle(a, b);
      formula.values({
        dot: figures(dot),
        la: figures(la),
        lb: figures(lb),
        angle: degrees(Number.isNaN(angle) ? null : angle),
      });
    },
  };
}

/** The two pins whose angle is written out. */
export function pairOf({ pins, pin }, { pair }) {
  if (pair && Math.max(...pair) < pins.length) return pair;
  return [pin, pins.findIndex((_, n) => n !== pin)];
}

const figures = (x) => (Math.abs(x) >= 1000 || Number.isInteger(x) ? x.toFixed(0) : x.toPrecision(4));
