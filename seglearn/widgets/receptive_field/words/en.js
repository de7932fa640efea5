import { percent, plural } from "../../web/ui/format.js";

const square = (m) => `${m.field.at(-1)}\u00a0×\u00a0${m.field.at(-1)}`;

export const strings = {
  title: "Receptive field",
  prompt: "Build a stack of layers, move the unit over the photograph, and see which pixels reach it.",
  stages: { see: "What it sees", build: "Build and compute", paths: "What counts" },
  stack: {
    table: "Layers of the stack, from the image to the last layer",
    cone: "Cone of the unit: which units of each layer, and which pixels, it is computed from",
    image: "the image",
    kinds: { conv: "conv", pool: "pool" },
    unnamed: (kind, level) => `${kind} ${level}`,
    rows: { cone: "cone", jump: "jump j", adds: "adds", field: "field r" },
    explain: {
      jump: "Pixels from one unit of the layer to the next",
      adds: "Pixels by which the layer widens the field",
      field: "Pixels a side that one unit of the layer sees",
    },
    describe: (face, { stride, dilation, padding, name }, level) =>
      `${face}, ${name || `layer ${level}`}: stride ${stride}, dilation ${dilation}, padding ${padding}`,
  },
  editor: {
    kind: "Kind of layer",
    kernel: "k",
    stride: "s",
    dilation: "d",
    padding: "p",
    left: "Move towards the image",
    right: "Move away from the image",
    remove: "Remove it",
    add: "Add after",
    news: { conv: "conv 3×3", strided: "3×3 s2", dilated: "3×3 d2", pool: "pool 2×2" },
  },
  problems: {
    layers: (n) => `There is room for ${n} layers. Remove one first.`,
    field: (n) => `That field would be wider than ${n} pixels, more than can be drawn. Use fewer strides.`,
  },
  formula: "How the field and the jump grow in the chosen layer",
  terms: {
    r: "r, the field after this layer",
    before: "the field before this layer",
    reach: "d (k − 1), how far the kernel reaches, in steps of the layer below",
    jump: "the jump before this layer: how many pixels one such step is",
    next: "j, the jump after this layer",
    stride: "s, the stride of this layer",
  },
  photo: {
    label: "Photograph. Arrow keys move to the neighbouring unit; a click pins the unit.",
    title: "Photograph",
    size: (w, h) => `, ${w} × ${h}`,
    hint: "Solid: the field. Dashed: where 95 % of the paths run. White dots: the units of a coarse layer.",
  },
  patch: {
    label: "What the unit sees, magnified",
    title: (name) => `A unit of ${name} sees`,
    padding: "Grey: padding.",
    mode: "Brightness of a pixel",
    modes: { box: "any path", paths: "number of paths", random: "random weights" },
    notes: {
      box: "Every pixel with a path to the unit is bright; a hole is dark and struck through.",
      paths:
        "As bright as it has paths to the unit. That is the unit's gradient if all weights are equal, poolings add up, and nothing else is in the way.",
      random:
        "As bright as the square root of its paths: the typical size of the gradient if weights are random, with mean zero, and there is no activation.",
    },
    profile: "Paths from each column of the patch",
  },
  facts: {
    names: {
      field: "Field",
      effective: "95 % of paths",
      seen: "Pixels with a path",
      jump: "Jump",
      units: "Units on the photo",
    },
    square: (n) => `${n}\u00a0×\u00a0${n}`,
    before: (n) => `was ${n}`,
    pixels: (n) => `${n} ${plural(n, { one: "pixel", other: "pixels" })}`,
    seen: (n, of, share) => (n === of ? share : `${n * n} of ${of * of}, ${share}`),
    units: (rows, columns) => `${rows} × ${columns}`,
    usedUp: "none: the map is used up",
  },
  unit: (r, c, field) => `Unit in row ${r + 1}, column ${c + 1}; it sees ${field} by ${field} pixels.`,
  said: (name, field, jump) => `${name}: field ${field}, jump ${jump}.`,
  announce: (m) => `Field ${m.field.at(-1)}, jump ${m.jump.at(-1)}, effective ${m.effective.at(-1)}.`,
  goals: {
    strides: {
      text: "One layer more: a field of at least 63.",
      why: "At a jump of 16, one 3 × 3 reaches 2 · 16 = 32 pixels further, more than all layers before it.",
    },
    three: {
      text: "A field of at least 31 with at most five layers.",
      why: "Rings only add up; a stride makes all later steps longer, and a dilation its own.",
    },
    pool5: {
      text: "A field of at least 200, and units at most 8 pixels apart.",
      why: "A stride that is taken out makes all later steps shorter, and dilation makes up for it. DeepLab does this.",
    },
    context: {
      text: "The same 67 pixels with six layers, each pixel with a path, and no stride.",
      why: "Field and holes depend on the dilations alone. The seventh layer is there to mix what six have gathered.",
    },
    gridding: {
      text: "No holes in a box of at least 13, with three layers.",
      why: "Taps of different spacing fall between each other, as those of 1, 2, 3 do.",
    },
    hybrid: {
      text: "Without a hole, three 3 × 3 kernels reach 27 pixels, and no more.",
      why: "Three taps, three times, make 27 paths along an axis: at 1, 3, 9 each pixel has exactly one.",
    },
    largefov: {
      text: "Give fc6 a 7 × 7 kernel, as FCN has, and keep the field of 419.",
      why: "d (k − 1) j is what counts: 4 · 6 · 8 = 12 · 2 · 8. The small kernel does it with 9 weights instead of 49.",
    },
  },
  guesses: {
    fc7: "Guess first: how many pixels wide is the box through which 95 % of the paths run? The field is 404 wide.",
    seed: "Guess first: how many pixels wide is the field of the last layer?",
  },
  missing: {
    field: {
      least: (have, want) => `field ${have}, at least ${want}`,
      most: (have, want) => `field ${have}, at most ${want}`,
    },
    jump: { most: (have, want) => `jump ${have}, at most ${want}` },
    seen: { least: (have) => `${percent(have, 0)} of the pixels with a path` },
    layers: { most: (have, want) => `${have} layers, at most ${want}` },
    kernel: {
      least: (have, want) => `largest kernel ${have}, at least ${want}`,
      most: (have, want) => `largest kernel ${have}, at most ${want}`,
    },
  },
  presets: {
    given: {
      label: "As given",
      story: "Choose a layer to see the field of its units; move the unit over the photograph.",
    },
    strides: {
      label: "Four strides",
      story: (m, { past }) =>
        past
          ? "At the start, four convolutions of stride 2. Each of them doubled the jump, and a unit saw no more than skin."
          : `Four convolutions of stride 2. A unit of the last one sees ${square(m)} pixels, no more than skin. What does it see after one more conv 3×3, and why does this layer add so much?`,
    },
    three: {
      label: "Three 3×3",
      story: (m, { past }) =>
        past
          ? "At the start, three 3 × 3 convolutions. Without a stride or a dilation each of them adds one ring of pixels."
          : `Each 3 × 3 convolution adds one ring: ${m.field.slice(1).join(", ")}. The unit sees ${m.field.at(-1) ** 2} pixels and nothing else. How would you see a face with no more than five layers?`,
    },
    pool5: {
      label: "VGG16 pool5",
      story: (m, { past }) =>
        past
          ? "At the start, VGG16 up to pool5. Each pooling doubles the jump, and with it what the next 3 × 3 adds."
          : `Each pooling doubles the jump, and with it what the next 3 × 3 adds: 2 pixels in the first stage, 32 in the last. The row “adds” shows where the ${m.field.at(-1)} pixels come from. And how far apart are two units?`,
    },
    context: {
      label: "Context",
      story: (m, { past }) =>
        past
          ? "At the start, dilations 1, 1, 2, 4, 8, 16, 1 and no stride: every pixel keeps a unit of its own."
          : `Dilations 1, 1, 2, 4, 8, 16, 1 and no stride: the field grows ${m.field.slice(1).join(", ")}, and every pixel keeps a unit of its own. Is each of the seven layers needed for that?`,
    },
    gridding: {
      label: "Gridding",
      story: (m, { past }) =>
        past
          ? "At the start, three convolutions of dilation 2: only every other row and column had a path to the unit."
          : `Three convolutions of dilation 2. The box is ${square(m)}, but only every other row and column has a path: ${percent(m.seen.at(-1), 0)} of the pixels. The unit next to it sees not one of them. Which dilations would close the holes?`,
    },
    hybrid: {
      label: "Hybrid",
      story: (m, { past }) =>
        past
          ? "At the start, the same three kernels with dilations 1, 2, 5, a hybrid dilated convolution without holes."
          : `The same three kernels with dilations 1, 2, 5, a hybrid dilated convolution. The box is ${square(m)}, wider than with 2, 2, 2, and every pixel in it has a path. How wide can it get before the first hole?`,
    },
    fc7: {
      label: "FCN fc7",
      story: (m, { past }) =>
        past
          ? "At the start, FCN: the classifier of VGG16 as convolutions. At a jump of 32, the 7 × 7 of fc6 alone adds 192 pixels."
          : `FCN turns the classifier into convolutions: fc6 is 7 × 7, and at a jump of 32 it alone adds 192 pixels. A unit can see ${square(m)} pixels. How many of them count? See the dashed box.`,
    },
    largefov: {
      label: "DeepLab LargeFOV",
      story: (m, { past }) =>
        past
          ? "At the start, DeepLab: no stride in the last two poolings, dilation 2 in conv5 and 12 in fc6."
          : `DeepLab takes the stride out of the last two poolings and spreads the kernels instead: dilation 2 in conv5, 12 in fc6. The field is as wide as FCN's, ${m.field.at(-1)} pixels. How far apart are two units?`,
    },
    seed: {
      label: "Random",
      story: "Three to five layers, drawn at random. Each adds d (k − 1) steps of the jump below it. Which adds most?",
    },
  },
};
