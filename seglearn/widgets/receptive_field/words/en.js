const percentOf = (share) => `${Math.round(100 * share)}\u202f%`;

export const strings = {
  title: "Receptive field",
  prompt: "Build a stack of layers, move the unit over the photograph, and see which pixels reach it.",
  stack: {
    table: "Layers of the stack, from the image to the last layer",
    cone: "Cone of the unit: which units of each layer, and which pixels, it is computed from",
    image: "the image",
    source: "image",
    kinds: { conv: "conv", pool: "pool" },
    unnamed: (kind, level) => `${kind} ${level}`,
    rows: { cone: "cone", jump: "jump j", adds: "adds", field: "field r" },
    explain: {
      jump: "Pixels from one unit of the layer to the next",
      adds: "Pixels by which the layer widens the field",
      field: "Pixels a side that one unit of the layer sees",
    },
    describe: ({ kind, kernel, stride, padding, dilation, name }, level) =>
      `${name || `layer ${level}`}: ${kind === "conv" ? "convolution" : "pooling"} ${kernel} × ${kernel}, stride ${stride}` +
      `${dilation > 1 ? `, dilation ${dilation}` : ""}, padding ${padding}`,
  },
  editor: {
    kind: "Kind of layer",
    kernel: "k",
    stride: "s",
    dilation: "d",
    padding: "p",
    left: "Move towards the image",
    right: "Move away from the image",
    copy: "Once more",
    remove: "Remove",
    add: "Add after it",
    news: { conv: "conv 3×3", strided: "conv 3×3 s2", dilated: "conv 3×3 d2", pool: "pool 2×2" },
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
    padding: ", padding grey",
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
      effective: "Effective: 95 % of paths",
      seen: "Pixels with a path",
      jump: "Jump",
      units: "Units on the photo",
    },
    square: (n) => `${n} × ${n}`,
    pixels: (n) => `${n} ${n === 1 ? "pixel" : "pixels"}`,
    seen: (n, of, share) => (n === of ? share : `${n * n} of ${of * of}, ${share}`),
    units: (rows, columns) => `${rows} × ${columns}`,
    usedUp: "none: the map is used up",
  },
  unit: (r, c, field) => `Unit in row ${r + 1}, column ${c + 1}; it sees ${field} by ${field} pixels.`,
  said: (name, field, jump) => `${name}: field ${field}, jump ${jump}.`,
  announce: (m) => `Field ${m.field.at(-1)}, jump ${m.jump.at(-1)}, effective ${m.effective.at(-1)}.`,
  presets: {
    given: {
      label: "As given",
      story: "Choose a layer to see the field of its units; move the unit over the photograph.",
    },
    three: {
      label: "Three 3×3",
      story:
        "Each 3 × 3 convolution adds one ring: 3, 5, 7. The unit sees the 49 magnified pixels and nothing else. Could you tell from them what this is? Add layers until you can.",
    },
    pool5: {
      label: "VGG16 pool5",
      story:
        "Each pooling doubles the jump, and with it what the next 3 × 3 adds: 2 pixels in the first stage, 32 in the last. The row “adds” shows where the 212 pixels come from. And how far apart are two units?",
    },
    fc7: {
      label: "FCN fc7",
      story:
        "FCN turns the classifier into convolutions: fc6 is 7 × 7, and at a jump of 32 it alone adds 192 pixels. A unit sees 404 pixels, and the next one stands 32 further. Look at the dashed box: how much of it counts?",
    },
    largefov: {
      label: "DeepLab LargeFOV",
      story:
        "DeepLab takes the stride out of the last two poolings and spreads the kernels instead: dilation 2 in conv5, 12 in fc6. The field is as wide as FCN's, 419 pixels, but units stand 8 pixels apart, not 32.",
    },
    context: {
      label: "Context",
      story:
        "Dilations 1, 1, 2, 4, 8, 16, 1 and no stride: the field grows 3, 5, 9, 17, 33, 65, 67, and every pixel keeps a unit of its own. What would seven layers without dilation reach? Set them all to d = 1.",
    },
    gridding: {
      label: "Gridding",
      story: ({ seen, field }) =>
        `Three convolutions of dilation 2. The box is ${field.at(-1)} × ${field.at(-1)}, but only every other row and column has a path: ` +
        `${percentOf(seen.at(-1))} of the pixels, with holes between. The unit next to it sees not one of them. Which dilations would close the holes?`,
    },
    hybrid: {
      label: "Hybrid",
      story:
        "The same three kernels with dilations 1, 2, 5, a hybrid dilated convolution. The box is wider, 17 × 17, and every pixel in it has a path. Now raise the last dilation: from which value on do holes come back?",
    },
    seed: {
      label: "Random",
      story: "Cover the two lower rows of the table. What are the jump and the field of the last layer? Then look.",
    },
  },
};
