import { score } from "../../web/ui/format.js";

/** "2, 1, 2, 1, …", the phases of an output twice over where they are few. */
const cycle = (values) =>
  values.length > 8
    ? `${Math.min(...values)} to ${Math.max(...values)}`
    : `${(values.length < 4 ? [...values, ...values] : values).join(", ")}, …`;
const short = (x) => String(Math.round(x * 100) / 100);

export const strings = {
  title: "Checkerboard",
  prompt: "Every input stamps the kernel onto the output. Where do the stamps pile up?",
  settings: { label: "Layer", kernel: "kernel k", stride: "stride s", padding: "padding p" },
  weights: {
    label: "Weights",
    ones: "All ones",
    bilinear: "Bilinear",
    random: "Random",
    own: "Your own",
  },
  fit: (k) => `Set k = 2s − s mod 2 = ${k}`,
  kernel: {
    title: "Kernel",
    note: "Drag a bar, or use its arrow keys.",
    fine: "Too many weights to drag.",
    tap: (j, phase) => `Weight w${j}${phase}`,
    ofPhase: (letter) => `, phase ${letter}`,
  },
  phases: {
    title: "Sum of the weights that reach each kind of output",
    note: (s) => `Outputs come in s = ${s} kinds, one for each place between two inputs.`,
    name: (letter) => `phase ${letter}`,
    label: (letter, taps, sum) => `Phase ${letter}: ${taps} = ${sum}`,
    many: (low, high) => (low === high ? low : `${low} to ${high}`),
  },
  stamps: {
    title: "One direction, stamp by stamp",
    slider: "Stamps",
    play: "Play",
    pause: "Pause",
    of: (i, n) => `${i} of ${n}`,
    inputs: "inputs x, to be dragged",
    copies: "stamps x·w",
    output: "output y",
    counts: "stamps",
    phase: "phase",
    input: (i) => `Input x${i}`,
    chart:
      "Stamps and their sum. Left and right arrow keys walk along the output, up and down arrow keys take a stamp away or add one.",
    point: "Point at an output to see the stamps it is made of.",
    cut: "padding cuts this output off",
    none: "no stamp reaches it: 0",
    said: (o, count, sum) => `Output ${o}: ${count === 1 ? "1 stamp" : `${count} stamps`}, sum ${sum}.`,
  },
  verdict: {
    label: "What comes of it",
    even: (k, s) =>
      `${k} mod ${s} = 0: away from the ends every output gets ${k} ÷ ${s} = ${k / s} ${k === s ? "stamp" : "stamps"}.`,
    uneven: (k, s, counts) =>
      `${k} mod ${s} = ${k % s}, not 0: the stamps overlap unevenly. Outputs get ${cycle(counts)} stamps in turn.`,
    gaps: (k, s) => `k = ${k} is less than s = ${s}: between the stamps there are gaps, which get nothing at all.`,
    flat: (sum) => `A constant image stays constant: each phase sums to ${short(sum)}.`,
    saved: (sum) =>
      `Yet a constant image stays constant: each phase sums to ${short(sum)}. These weights make up for the overlap; nothing makes a trained kernel do so.`,
    ripple: (low, high, contrast) =>
      `A constant image comes out as a pattern: phases sum to ${short(low)} and ${short(high)}, squared where rows and columns meet. Contrast in 2-D ${contrast}.`,
    despite: (low, high, contrast) =>
      `Even so a constant image comes out as a pattern: phases sum to ${short(low)} and ${short(high)}. Even overlap is not enough, the weights must agree too. Contrast in 2-D ${contrast}.`,
    nothing: "All weights are 0: nothing comes out.",
  },
  formula: {
    label: "Size of the output",
    result: "output",
    inputs: "n, the inputs",
    stride: "s, the step from stamp to stamp",
    kernel: "k, the width of a stamp",
    padding: "p, outputs cut off at either end",
  },
  map: {
    title: "Two directions: stamps on each output",
    titleSums: "Two directions: weights on each output",
    label: "Show",
    counts: "Stamps",
    sums: "Weights",
    stage: "Map of the output for 5 × 5 inputs. Arrow keys move from output to output.",
    point: "Point at a cell: its row and its column multiply.",
    cell: (row, column, a, b) => `row ${row}, column ${column}: ${a} × ${b} = ${short(a * b)}`,
  },
  pictures: {
    label: "Input picture",
    photo: "Photograph",
    constant: "Constant grey",
    transposed: "Transposed convolution",
    resized: "Resize, then convolve",
    from: (n, m) => `${n} × ${n} → ${m} × ${m}`,
    described: {
      transposed: (contrast) => `Picture after the transposed convolution; contrast of the pattern ${contrast}.`,
      resized: "Picture after resizing and a convolution with the same weights; no pattern.",
    },
    note: "Same input, same weights, same mean brightness. On the right each input pixel becomes a block of s × s first, and then every output sums all k × k weights.",
  },
  announce: (k, s, m) =>
    `Kernel ${k}, stride ${s}: ${m.contrast === null ? "nothing comes out" : m.contrast === 0 ? "no pattern" : `pattern of contrast ${score(m.contrast_2d)}`}.`,
  presets: {
    given: { label: "As given", story: "Every input stamps the kernel onto the output. Where do the stamps pile up?" },
    uneven: {
      label: "k 3, s 2",
      story:
        "A stamp is three wide, the next one starts two further on: they share one output in two. The input is constant; is the output? Press Play, then look at the cat.",
    },
    even: {
      label: "k 4, s 2",
      story:
        "One weight more, and every output away from the ends gets two stamps. Which k would do for s = 3? Move the sliders, and watch for what the warning asks.",
    },
    blocks: {
      label: "k 2, s 2",
      story:
        "The stamps lie side by side and never meet. Nothing is uneven, and nothing is smooth either: each input becomes a block.",
    },
    random: {
      label: "Random",
      story:
        "Four weights at stride 2: the overlap is even, and still there is a pattern. Phase a collects w0 and w2, phase b w1 and w3. Drag one weight until the picture is clean.",
    },
    bilinear: {
      label: "Bilinear 4/2",
      story:
        "FCN starts its up-sampling here: 1/4, 3/4, 3/4, 1/4. Both phases sum to 1, so what is constant stays so, and between two inputs the output goes over in steps. Change an input to see them.",
    },
    odd: {
      label: "Bilinear 5/3",
      story:
        "Five is no multiple of three, the overlap is uneven, and yet there is no pattern: an output with two stamps gets small weights. The rule k mod s = 0 is safe, not necessary. Now set the weights to all ones.",
    },
    fcn: {
      label: "FCN-32s, 64/32",
      story:
        "The last layer of FCN-32s: 64 wide, 32 apart. Three by three inputs paint 96 × 96 pixels. No checkerboard, and no detail: this is all that a score map of stride 32 can say.",
    },
  },
};
