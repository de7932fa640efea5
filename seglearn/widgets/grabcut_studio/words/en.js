import { plural, score } from "../../web/ui/format.js";

/** Words on the IoU, where there is a truth to measure against. */
const scored = (m, words) => (m.iou == null ? "" : words(score(m.iou)));
const drawing = (what) =>
  `Drawing area. Drag to draw ${what}; with the keys, arrows move the cursor, Space draws a dot, Shift and arrows a line.`;

export const strings = {
  title: "GrabCut studio",
  prompt: "Draw a box around the object, and press Run.",
  stages: { cut: "Cut", colours: "Colours", energy: "Energy" },
  tools: { label: "Tools", box: "Box", foreground: "Foreground", background: "Background", erase: "Eraser" },
  brush: "Brush",
  pixels: (n) => `${n} px`,
  box: "Box around the object. Arrow keys move it; Shift and arrow keys move its right or lower side.",
  stage: {
    none: "Picture. Choose a tool to draw; arrow keys move the cursor.",
    box: "Picture. Drag to draw a new box, or drag the box and its handles; arrow keys move the cursor.",
    foreground: drawing("where the object is"),
    background: drawing("where the object is not"),
    erase: drawing("over strokes and take them away"),
  },
  views: {
    label: "Show",
    photograph: "Photo",
    components: "Components",
    trimap: "Trimap",
    links: "Links",
    mask: "Mask",
  },
  captions: {
    photograph: "Orange is the cut. Strokes are white for foreground, black for background.",
    components: "Every pixel has the mean colour of its component.",
    trimap: "White is foreground and black background for certain; grey is to be decided.",
    links: "Dark links are weak: there the contour is cheap.",
    mask: "White is cut out; dashes are the truth, if it is known.",
  },
  sides: ["Background", "Foreground"],
  run: {
    step: "Step",
    run: "Run",
    stop: "Stop",
    progress: "Iterations",
    draw: "Draw a box around the object first, or a stroke on it and one beside it.",
    begin: "Step makes one iteration, Run all of them.",
    waiting: (n) => `Iteration ${n} is being computed …`,
    reached: (n) => `Iteration ${n} is done.`,
    settled: (n) => `Iteration ${n} changed no pixel: the energy is at a minimum of these steps.`,
    enough: (n) => `${n} iterations are done; a stroke begins new ones from here.`,
    unknown:
      "Going on from a box and strokes of your own needs a kernel; here, recorded runs are played. They are kept.",
  },
  score: {
    iou: "IoU",
    facts: { energy: "Energy E", foreground: "Foreground", strokes: "Strokes", iteration: "Iteration" },
    of: (n, most) => `${n} of at most ${most}`,
  },
  colours: {
    none: "The colours are learnt with the first iteration.",
    formula: "What pixel p costs in component k",
    chip: (side, weight) => `${side}, weight ${weight}`,
    point: "Point at a pixel to see what it costs on either side.",
    costs: (fore, back, side, own) =>
      `D is ${fore} as foreground, ${back} as background. It is ${side.toLowerCase()}${own ? ", which costs it less." : " all the same: its neighbours, the box or a stroke decided."}`,
  },
  terms: { u: "U: what every pixel costs in its component", v: "V: the links that the contour cuts" },
  energy: {
    formula: "Energy of the cut",
    u: "U, colours",
    v: "V, contour",
    note: "Bars stand on the lowest U and the lowest V of the run: a bar shrinks by as much as E falls.",
    head: ["Iteration", "U", "V", "E"],
    plot: (energies) => `Energy at the start and after every iteration: ${energies || "none yet"}`,
  },
  ask: "The cup and its saucer have one glaze, and the box holds both. GrabCut has run to its end. Guess: which IoU does it reach?",
  toGo: {
    iou: (far, strokes) => `${far} to go, ${strokes} ${plural(strokes, { one: "stroke", other: "strokes" })} left`,
    strokes: (n, most) => `${n} strokes are more than ${most}: undo, or erase them`,
    run: "not cut yet",
  },
  goals: {
    easy: {
      text: "Reach an IoU of 0.9 without a stroke.",
      why: "Flower and leaves share hardly a colour, so a pixel knows its side; the links only tidy the contour.",
    },
    camouflage: {
      text: "Reach an IoU of 0.9 with at most three strokes.",
      why: "A stroke fixes its pixels and teaches their colours; the links carry it to where the contrast is.",
    },
    "bad-box": {
      text: "Reach an IoU of 0.9 with at most three strokes.",
      why: "Inside the box everything is free, outside nothing is; no colour model mends a box.",
    },
    given: {
      text: "Reach an IoU of 0.9 with at most three strokes.",
      why: "A stroke is worth most where the model is wrong and sure.",
    },
  },
  pythonOwn: "# studio is this widget\nimage, truth = studio.image, studio.truth",
  announce: ({ iteration, strokes }, m) =>
    `Iteration ${iteration}, ${strokes} ${plural(strokes, { one: "stroke", other: "strokes" })}. ${scored(m, (iou) => `IoU ${iou}.`)}`,
  presets: {
    easy: {
      label: "Easy",
      story: (m) =>
        `All that is known is a box: outside it is background. ${scored(m, (iou) => `As a mask it has an IoU of ${iou}. `)}Press Step, then Step again. Which pixels change sides?`,
    },
    camouflage: {
      label: "Camouflage",
      story: (m) =>
        `The cup's red is the saucer's red, so the glaze was given away${scored(m, (iou) => `: IoU is ${iou}`)}. Draw foreground on the glaze, background beside it, and Run. How few strokes are enough?`,
    },
    "bad-box": {
      label: "Bad box",
      story: (m) =>
        `The box cuts the flower in two, and what is outside is background for certain. ${scored(m, (iou) => `IoU begins at ${iou}. `)}Press Run: which side do the petals' colours teach? Then mend it.`,
    },
    given: {
      label: "Given",
      story: (m) =>
        `Outside the box is background for certain; inside, colours decide. ${scored(m, (iou) => `IoU begins at ${iou}. `)}Press Run. Where do the colours mislead?`,
    },
  },
};
