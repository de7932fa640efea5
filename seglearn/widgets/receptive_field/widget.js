/** Receptive field: a stack of layers to build, the cone of a unit through it, and its patch of a photograph. */
import { cone, mapSizes, measure, steps, unitAt } from "../web/core/receptive_field.js";
import { h } from "../web/ui/dom.js";
import { ownPicture } from "../web/ui/own_picture.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { seeds } from "../web/ui/seed.js";
import { defineWidget } from "../web/ui/shell.js";
import { createArithmetic } from "./parts/arithmetic.js";
import { createChanges, createUnit, nameOf } from "./parts/changes.js";
import { drawCone, frameOf } from "./parts/cone.js";
import { createEditor } from "./parts/editor.js";
import { goals, guesses } from "./parts/goals.js";
import { python, seeded } from "./parts/layers.js";
import { createPatch, createPhoto } from "./parts/photo.js";
import { createFacts, createModes, createProfile } from "./parts/reading.js";
import { createStack } from "./parts/stack.js";
import css from "./style.css";
import { strings } from "./words/en.js";

/** @param {Shell} shell */
function build(shell) {
  const { store, data, light } = shell;
  const picture = { image: data.image, shape: data.shape }; // or the learner's own
  const problem = createProblem(store);
  const changes = createChanges(shell, problem.refuse);
  const unit = createUnit(shell, changes.level, picture);
  const stack = createStack(shell, { picture, words: strings.stack, on: changes });
  const tip = createTip(shell, stack.cone, changes.select);
  let hovered = null; // [row, column] under the pointer; the pinned place is store.view.at
  const photo = createPhoto({
    picture,
    words: strings.photo,
    on: {
      hover(at) {
        hovered = at;
        shell.redraw();
      },
      pin: unit.pin,
      move: unit.move,
    },
  });
  const patch = createPatch({ picture, words: strings.patch, redraw: shell.redraw });
  const parts = {
    editor: createEditor(shell, changes),
    arithmetic: createArithmetic(light),
    facts: createFacts(),
    modes: createModes(store),
    profile: createProfile(),
    own: ownPicture(shell, {
      drop: photo.el,
      onPicture({ width, height, url }) {
        Object.assign(picture, { image: url, shape: [height, width] });
        for (const each of [photo, patch, stack]) each.load();
        store.look({ at: [height >> 1, width >> 1] });
      },
    }),
    hint: h("p", { class: "hint" }),
    titles: [h("figcaption", { "data-testid": "photo-title" }), h("figcaption", { "data-testid": "patch-title" })],
  };
  arrange(shell, { stack, photo, patch, problem, ...parts });
  const observer = new ResizeObserver(shell.redraw);
  observer.observe(stack.el);
  shell.onClose(() => observer.disconnect());

  return ({ state, view, metrics: m, why }) => {
    const { layers } = state;
    const found = steps(layers);
    const level = changes.level(layers);
    const sizes = picture.shape.map((n) => mapSizes(layers, n));
    const at = unit.near(hovered ?? view.at, layers);
    const { counts } = cone(layers.slice(0, level), 0)[0];
    const look = { layers, found, level, sizes, at, box: unit.box(at, layers), effective: m.effective[level] };
    problem.draw();
    stack.draw({ layers, steps: found, level });
    tip.draw(look);
    parts.editor.draw(layers, level);
    parts.arithmetic.draw(layers, found, level);
    drawPhoto(photo, look, tip.peek(level));
    patch.draw({ ...look.box, counts, mode: view.mode, effective: look.effective });
    parts.profile.draw(counts, view.mode, look.effective);
    parts.modes.draw(view.mode);
    const [rows, columns] = sizes.map((each) => each[level]);
    parts.facts.draw({
      ...found[level],
      effective: look.effective,
      seen: m.seen[level],
      rows,
      columns,
      total: found.at(-1).field,
      why,
    });
    const [height, width] = picture.shape;
    parts.titles[0].replaceChildren(h("b", {}, strings.photo.title), strings.photo.size(width, height));
    parts.titles[1].replaceChildren(h("b", {}, strings.patch.title(nameOf(layers[level - 1], level))));
    const hints = [strings.photo.hint, isOutside(look.box, picture.shape) ? strings.patch.padding : ""];
    parts.hint.textContent = hints.join(" ");
  };
}

const isOutside = ({ top, left, size }, [height, width]) =>
  top < 0 || left < 0 || top + size > height || left + size > width;

/** Why the last wish could not be granted, until something else is done. */
function createProblem(store) {
  const el = h("p", { class: "problem", role: "alert", "data-testid": "problem" });
  let refusedIn = null; // the state of that moment
  return {
    el,
    refuse(reason) {
      el.textContent = reason;
      refusedIn = store.state;
    },
    draw() {
      if (store.state !== refusedIn) el.textContent = "";
    },
  };
}

/** The cone in its cell of the table, and inside it the cone of the unit under the pointer. */
function createTip(shell, cell, select) {
  cell.innerHTML = '<svg aria-hidden="true"></svg>';
  const svg = cell.querySelector("svg");
  let place = null;
  let peek = null; // { level, unit } under the pointer
  const shown = (level) => (peek && peek.level <= level && peek.level > 0 ? peek : null);
  svg.addEventListener("pointermove", (event) => {
    if (!place || event.pointerType === "touch") return;
    const box = svg.getBoundingClientRect();
    peek = place.at(event.clientX - box.left, event.clientY - box.top);
    shell.redraw();
  });
  svg.addEventListener("pointerleave", () => {
    peek = null;
    shell.redraw();
  });
  svg.addEventListener("click", () => peek && select(peek.level));
  return {
    peek: shown,
    draw({ layers, found, level, sizes, at }) {
      const size = { width: svg.clientWidth, height: svg.clientHeight, columns: layers.length + 1 };
      place = frameOf(found, level, at[0], size);
      svg.setAttribute("viewBox", `0 0 ${Math.max(1, size.width)} ${Math.max(1, size.height)}`);
      const inner = shown(level);
      svg.innerHTML =
        drawCone(layers, found, sizes[0], level, at[0], place, "main") +
        (inner ? drawCone(layers, found, sizes[0], inner.level, inner.unit, place, "peek") : "");
    },
  };
}

/** The boxes on the photograph, and the units of a coarse layer. */
function drawPhoto(photo, { found, level, sizes, box, effective }, peek) {
  /** @type {Record<string, { top: number, left: number, size: number }>} */
  const boxes = { theoretical: box };
  const margin = (box.size - effective) / 2;
  if (margin) boxes.effective = { top: box.top + margin, left: box.left + margin, size: effective };
  if (peek) {
    const { field, jump, start } = found[peek.level];
    const column = unitAt(found[peek.level], sizes[1][peek.level], box.left + box.size / 2 - 0.5);
    boxes.peeked = { top: start + peek.unit * jump, left: start + column * jump, size: field };
  }
  const { field, jump, start } = found[level];
  const [rows, columns] = sizes.map((each) => each[level]);
  const apart = (jump * photo.el.clientWidth) / sizes[1][0]; // CSS pixels between two units
  const corner = start + (field - jump) / 2;
  const grid = apart >= 10 && rows && columns ? { top: corner, left: corner, jump, rows, columns } : null;
  photo.draw({ boxes, grid });
}

/** Where things stand, and in which stages. */
function arrange({ body, control, stages }, parts) {
  const { stack, photo, patch, editor, arithmetic, facts, modes, profile, problem, titles, hint, own } = parts;
  const on = (stage, ...children) => h("div", { "data-stage": stage }, children);
  stages(["see", "build", "paths"].map((id) => ({ id, label: strings.stages[id] })));
  body.append(
    control("chips", stack.el),
    h(
      "div",
      { class: "views" },
      on("see paths", control("photo", h("figure", { class: "photo-side" }, titles[0], photo.el))),
      control("patch", h("figure", { class: "patch-side" }, titles[1], patch.el, profile.el)),
      h(
        "div",
        { class: "reading" },
        on("build", control("editor", editor.editing)),
        on("build", control("formula", h("div", { class: "formula-box" }, arithmetic.el))),
        control("facts", facts.el),
        on("see", control("editor", editor.adding)),
        problem.el,
        on("paths", control("patch", modes.el)),
        on("see paths", control("photo", hint)),
        on("see", own.el),
      ),
    ),
  );
}

export default defineWidget({
  name: "receptive_field",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: (data) => ({ layer: null, at: data.at, mode: "box" }),
  metrics: (state) => measure(state.layers),
  python,
  announce: (_, m) => strings.announce(m),
  seeded: seeds(seeded),
  goals,
  guesses,
  build,
});
