/** Convolution explorer: one kernel on one small image, every product and every sum in sight. */
import { convolve, numbersOf, resizeImage, sizes } from "../web/core/convolution.js";
import { py, pythonLiteral } from "../web/core/python.js";
import { generator } from "../web/core/random.js";
import { segmented } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { createPlayer } from "../web/ui/player.js";
import { seeds } from "../web/ui/seed.js";
import { select } from "../web/ui/select.js";
import { defineWidget } from "../web/ui/shell.js";
import { createDesk } from "./parts/desk.js";
import { TERMS } from "./parts/formula.js";
import { goals, guesses } from "./parts/goals.js";
import { createInput } from "./parts/input.js";
import { createKernel } from "./parts/kernel.js";
import { createOutput } from "./parts/output.js";
import { createSettings } from "./parts/settings.js";
import { createSize } from "./parts/size.js";
import { createSum, ROW_TERMS } from "./parts/sum.js";
import css from "./style.css";
import { strings } from "./words/en.js";

function metrics(state) {
  const { span, padded, size, remainder, lost } = sizes(numbersOf(state));
  return { span, padded, output_size: size, remainder, lost, output: convolve(state) };
}

function python(state) {
  const rows = (name, table) => [
    `${name} = torch.tensor([`,
    ...table.map((line) => `    ${pythonLiteral(line)},`),
    "], dtype=torch.float32)",
  ];
  const fits = sizes(numbersOf(state)).size !== null;
  return [
    "import torch",
    "from torch.nn import functional as F",
    "",
    ...rows("image", state.image),
    ...rows("kernel", state.kernel),
    ...(state.divisor === 1 ? [] : [py`kernel /= ${state.divisor}`]),
    "",
    ...(fits ? [] : [`# ${strings.python.fails}`]),
    py`output = F.conv2d(image[None, None], kernel[None, None], stride=${state.stride}, padding=${state.padding}, dilation=${state.dilation})`,
    "print(output[0, 0])",
    "",
  ].join("\n");
}

/** A setting that fits, drawn at random. */
function seeded(seed, state) {
  const random = generator(seed);
  const draw = (low, high) => low + Math.floor(random() * (high - low + 1));
  for (;;) {
    const [n, k, s, p, d] = [draw(5, 10), draw(2, 4), draw(1, 3), draw(0, 2), draw(1, 2)];
    if (sizes({ n, k, s, p, d }).size === null) continue;
    const grid = (side, low, high) =>
      Array.from({ length: side }, () => Array.from({ length: side }, () => draw(low, high)));
    return {
      image: grid(n, 0, 9),
      picture: "own",
      kernel: grid(k, -1, 1),
      kind: "own",
      divisor: 1,
      stride: s,
      padding: p,
      dilation: d,
    };
  }
}

/** The pictures to choose from, and what the input shows of its cells. */
function createChoices({ store, data }, desk) {
  const picture = select({
    label: strings.input.picture,
    id: "picture",
    options: Object.keys(data.pictures).map((value) => ({ value, label: strings.input.pictures[value] })),
    onChange(value) {
      const n = store.state.image.length;
      desk.commit({ picture: value, image: resizeImage([], n, data.pictures[value]) });
    },
  });
  const shows = segmented({
    label: strings.input.shows.label,
    id: "shows",
    options: ["values", "reads"].map((value) => ({ value, label: strings.input.shows[value] })),
    onChange: (value) => store.look({ shows: value }),
  });
  const choice = (words, el) => h("div", { class: "choice" }, h("span", { "aria-hidden": "true" }, words), el);
  return {
    picture: picture.el,
    shows: choice(strings.input.shows.label, shows.el),
    draw(state, view) {
      picture.value = state.picture;
      shows.value = view.shows;
    },
  };
}

/** The player goes over the cells of the output, row by row. */
const playing = (shell, desk) => ({
  label: strings.player.cell,
  last: () => Math.max(0, desk.side ** 2 - 1),
  at: () => desk.cell[0] * desk.side + desk.cell[1],
  go: (i) => desk.side && desk.look(Math.floor(i / desk.side), i % desk.side, false),
  settle: () => shell.say(desk.spoken()),
  format: (i) => strings.player.of(desk.side && i + 1, desk.side ** 2),
  milliseconds: 450,
});

/** @param {Shell} shell */
function build(shell) {
  const { light, control } = shell;
  light.terms({ ...TERMS, ...ROW_TERMS });
  const desk = createDesk(shell);
  const settings = createSettings(shell, desk);
  const input = createInput(shell, desk);
  const kernel = createKernel(shell, desk);
  const output = createOutput(shell, desk);
  const player = createPlayer(shell, playing(shell, desk));
  player.el.querySelector("output").dataset.readout = "";
  desk.stopped = player.stop;
  const choices = createChoices(shell, desk);
  const sum = createSum(shell, desk);
  const size = createSize(shell, desk, () => output.board.focus());
  const on = (stage, ...children) => h("div", { "data-stage": stage, class: `on-${stage}` }, ...children);
  shell.stages(["window", "size"].map((id) => ({ id, label: strings.stages[id] })));
  shell.body.append(
    on("size", control("settings", settings.el)),
    h(
      "div",
      { class: "row" },
      control("player", h("div", {}, player.el)),
      on("window", control("picture", choices.picture)),
    ),
    h(
      "div",
      { class: "boards" },
      input.el,
      h(
        "div",
        { class: "right" },
        h("div", { class: "pair" }, kernel.el, output.el),
        on("window", control("sum", sum.el)),
        on("size", control("formula", size.note), control("picture", choices.shows)),
        size.repairs,
      ),
    ),
    on("size", control("formula", size.formula)),
  );
  return ({ state, view, metrics: m }) => {
    desk.show(state);
    settings.draw(state);
    choices.draw(state, view);
    kernel.draw(state);
    input.draw(state, view);
    output.draw(state, m.output);
    player.el.hidden = !desk.side;
    player.draw();
    sum.draw(state, m.output);
    size.draw(state);
  };
}

export default defineWidget({
  name: "convolution_explorer",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: ({ view }) => ({ shows: "values", ...view }),
  metrics,
  python,
  goals,
  guesses,
  announce: (_, m) => strings.announce(m),
  seeded: seeds(seeded),
  build,
});
