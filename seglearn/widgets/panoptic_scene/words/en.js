import { score } from "../../web/ui/format.js";
import { className } from "../../web/ui/names.js";

/** The class with the most false and missed segments, and its scores. */
function worst({ classes }) {
  const [name, counts] = Object.entries(classes).sort(([, a], [, b]) => b.fp + b.fn - a.fp - a.fn)[0];
  return [className(name), counts];
}

/** What an instance map says of stuff. */
const vanished = (x) => `It holds things only; ${x} is stuff, and has vanished.`;

export const strings = {
  title: "Things, stuff, panoptic",
  prompt: "One scene, three tasks. Click a segment and see what each task knows of it.",
  stages: { look: "Scene", quality: "Quality", cards: "Which task?" },
  modes: { label: "Task", semantic: "Semantic", instance: "Instance", panoptic: "Panoptic" },
  modeSaid: {
    semantic: "Semantic: a class for every pixel.",
    instance: "Instance: each object for itself, no stuff.",
    panoptic: "Panoptic: a class for every pixel, and each object for itself.",
  },
  maps: { truth: "Truth", prediction: "Prediction" },
  captions: {
    semantic: "a class for every pixel",
    instance: "objects only, each for itself",
    panoptic: "every pixel, every object",
    prediction: "yours to spoil",
  },
  stage: {
    truth: "Map of the truth. Arrow keys step through the segments, Enter selects one.",
    prediction:
      "Map of the prediction. Arrow keys step through the segments, Enter selects one, Shift and arrow keys move the selected one.",
  },
  kinds: { thing: "thing", stuff: "stuff" },
  void: "void",
  segment: (name, number) => (number ? `${name} ${number}` : name),
  area: (pixels, share) => `${pixels} px, ${share}`,
  inspector: {
    label: "Selected segment",
    empty: "Click a segment, or step through them with the arrow keys and press Enter.",
    fields: { class: "Class", number: "Instance", area: "Area", status: "Status" },
    unknown: "? This map does not say",
    noInstance: "none: stuff is not counted",
    of: (number, n) => `${number} (${n} in this map)`,
    whole: (size) => `${size}, all of the class`,
    gone: (name) => `${name}: stuff, so an instance map has nothing here`,
    status: {
      TP: (iou) => `TP, matched: IoU ${iou}`,
      FN: (iou) => `FN, missed: best IoU ${iou}, not above 0.5`,
      FP: (iou) => `FP, false: best IoU ${iou}, not above 0.5`,
      void: () => "not counted: more than half of it lies on void",
    },
  },
  classes: {
    label: "Classes in this map",
    things: "Things: objects that can be counted",
    stuff: "Stuff: regions without number",
    count: (n) => `${n} ×`,
    gone: "left out",
  },
  edit: {
    label: "Spoil the prediction",
    move: "Move",
    merge: "Merge",
    split: "Split",
    drop: "Drop",
    erode: "Erode",
    grow: "Grow",
    relabel: "Wrong class",
    choose: "Select a predicted segment, then spoil it. Will SQ fall, or RQ?",
    ready: (name) => `These act on ${name}. With Move, drag it.`,
    refused: {
      merge: (name) => `Nothing of the class of ${name} is left to merge with.`,
      relabel: (name) => `There is no other class that ${name} could be taken for.`,
      small: (name) => `One pixel of ${name} is left: too small to split.`,
      full: () => "There are too many segments to split another.",
    },
  },
  counts: {
    label: "Matches and misses",
    all: "all classes",
    tp: ["TP", "matched"],
    fn: ["FN", "missed"],
    fp: ["FP", "false"],
  },
  quality: {
    pq: ["PQ", "panoptic quality"],
    sq: ["SQ", "how well matches overlap"],
    rq: ["RQ", "found, and none too many"],
    terms: {
      iou: "the sum of the IoU of all matches",
      tp: "matches",
      fp: "false positives",
      fn: "false negatives",
    },
    mean: (n, product) =>
      `Means over ${n} classes, small ones like large ones. Multiply within a class: mean SQ × mean RQ would be ${product}.`,
    none: "No match, so there is no IoU to average: SQ is 0 ÷ 0. PQ is 0.",
    within: (name) => `For ${name} alone. Point at a term to see its segments.`,
  },
  table: {
    label: "Scores of each class",
    mean: "mean",
    class: "class",
    row: (name, m) =>
      `${name}: PQ ${score(m.pq)}, SQ ${score(m.sq)}, RQ ${score(m.rq)}, ${m.tp} TP, ${m.fp} FP, ${m.fn} FN`,
  },
  link: (iou) => `IoU ${iou}`,
  announce: (m) =>
    `PQ ${score(m.pq)}, SQ ${score(m.sq)}, RQ ${score(m.rq)}. ${m.tp} matched, ${m.fn} missed, ${m.fp} false.`,
  pythonNotes: { void: "0 is void in the truth, and no answer in the prediction" },
  cards: {
    title: "Which task answers …?",
    progress: (i, n) => `Question ${i} of ${n}`,
    next: "Next question",
    choose: "Choose the task that answers with the least; the scene switches to it.",
    verdict: { yes: "Yes.", more: "Yes, and it says more than was asked.", no: "No." },
    more: {
      thing: "Objects are told apart here too; the stuff around them was not needed.",
      stuff: "The same pixels are here; telling objects apart was not needed.",
    },
    // `x` is the class that is asked about; `ask` has words of its own for the street.
    list: [
      {
        id: "count",
        kind: "thing",
        classes: ["car"],
        ask: { car: "How many cars are there?", other: (x) => `How many of this kind are there: ${x}?` },
        semantic: (x) => `It says which pixels are ${x}, not where one ends and the next begins.`,
        instance: (x) => `Every ${x} has a mask of its own: count the masks.`,
      },
      {
        id: "stuff",
        kind: "stuff",
        classes: ["sky"],
        ask: { sky: "Is there sky above me?", other: (x) => `Is there ${x} in the picture, and where?` },
        semantic: (x) => `Look for pixels of the class ${x}; nothing is counted.`,
        instance: vanished,
      },
      {
        id: "one",
        kind: "thing",
        classes: ["person"],
        ask: { other: (x) => `Which pixels belong to this very ${x}?` },
        semantic: (x) => `Where two touch, all pixels are just ${x}: whose, it does not say.`,
        instance: () => "One object, one mask.",
      },
      {
        id: "where",
        kind: "stuff",
        classes: ["road"],
        ask: { road: "Can I drive here?", other: (x) => `How much of the picture is ${x}?` },
        semantic: (x) => `All that counts is which pixels are ${x}.`,
        instance: vanished,
      },
      {
        id: "both",
        kind: "thing",
        classes: ["person"],
        ask: {
          person: "Who stands on the road, and who on the pavement?",
          other: (x) => `On what does each ${x} lie?`,
        },
        semantic: (x) => `It knows the ground, not one ${x} from the next.`,
        instance: (x) => `It knows each ${x}, not the ground: that is stuff.`,
        panoptic: () => "Objects and ground: only this map has both.",
        best: "panoptic",
      },
    ],
  },
  goals: {
    nothing: "Nothing is chosen yet.",
    sameLabel: "Chosen; but on this map its neighbours have the same label.",
    stillThere: "This is a thing: it is still there.",
    both: ({ rq, sq }) => `RQ ${score(rq)}, SQ ${score(sq)}.`,
    rq: (rq) => `RQ ${score(rq)}.`,
    fp: (n) => `FP ${n}.`,
    fits: (iou) => (iou === null ? "This one has no partner." : `This one fits: IoU ${score(iou)}.`),
    ask: {
      halved: "One object is cut into halves; the tags on the maps say FN and FP. Guess RQ of its class.",
      seed: "Three mistakes were made at random. Find them on the maps, then guess PQ.",
    },
    presets: {
      touching: {
        text: "Choose one of the objects that touch, on a map that tells them apart.",
        why: "A semantic map has one label for them all; on the others each has a number.",
      },
      semantic: {
        text: "Choose an object on a map that can number it.",
        why: "A semantic map has one label for the class; on the others each object has a number.",
      },
      things: {
        text: "Click where something has vanished.",
        why: "Stuff has no instances, so an instance map has no pixel of it.",
      },
      good: {
        text: "Spoil one segment: RQ below 0.970, and SQ still above 0.900.",
        why: "A segment lost, doubled or misnamed costs RQ; one that is only drawn badly costs SQ.",
      },
      rough: {
        text: "Which segment suffers most from loose outlines? Click it.",
        why: "A border of one pixel is a large share of something thin, and a small one of the sky.",
      },
      merged: {
        text: "Click the object of the truth that has no partner.",
        why: "The merged outline overlaps the larger object by more than half; one segment has one partner.",
      },
      halved: {
        text: "Bring RQ back to 1.000.",
        why: "Merged, the halves are one match again, instead of two false segments and a missed one.",
      },
      missed: {
        text: "Say it twice instead: split another object, until there is an FP.",
        why: "Saying nothing costs one FN; two halves without a match cost two FP and an FN.",
      },
      void: {
        text: "Move the car off the void, until it counts as FP.",
        why: "On void nobody knows what is there; on labelled ground it is a mistake.",
      },
    },
  },
  presets: {
    touching: {
      label: "Touching",
      story:
        "A semantic map gives each pixel a class and no more. Where objects of one class touch, they are one region: find them, click, and ask which is which. Then switch to Instance.",
    },
    semantic: {
      label: "Semantic",
      story:
        "A semantic map gives each pixel a class and no more. Click a segment: what does it not say? Then switch to Instance.",
    },
    things: {
      label: "Things",
      story:
        "An instance map gives each object a mask and a number. What cannot be counted, like sky or a table top, has vanished. What question can this map no longer answer?",
    },
    given: {
      label: "As given",
      story: (m) =>
        `A link joins segments of one class with IoU above 0.5. PQ is ${score(m.pq)}: which class lowers it most?`,
    },
    good: {
      label: "Good",
      story: (m) =>
        `Each link is a match: one class, IoU above 0.5. RQ ${score(m.rq)} tells how many segments are found, SQ ${score(m.sq)} how tightly those fit. Choose one in the prediction and spoil it.`,
    },
    rough: {
      label: "Loose",
      story: (m) =>
        `Every outline is drawn a little beside the truth, and SQ is ${score(m.sq)}. RQ, at ${score(m.rq)}, takes notice only where a segment no longer gets above an IoU of 0.5: it is the thin ones that go first.`,
    },
    merged: {
      label: "Two as one",
      story: (m) => {
        const [name, c] = worst(m);
        return `Two objects are predicted as one. The class ${name} now has ${c.fn} FN and ${c.fp} FP: RQ ${score(c.rq)}, while SQ ${score(c.sq)} knows of matches only. Would a semantic score notice?`;
      },
    },
    halved: {
      label: "One as two",
      story: (m) => {
        const [name, c] = worst(m);
        return `One object is cut into halves, and at most one of them can match. The class ${name} has ${c.fp} FP and ${c.fn} FN for one mistake, and RQ is ${score(c.rq)}.`;
      },
    },
    missed: {
      label: "One missed",
      story: (m) => {
        const [name, c] = worst(m);
        return `One object has no prediction: FN ${c.fn}, RQ ${score(c.rq)} for the class ${name}. Compare with “One as two”: is it better to say nothing than to say it twice?`;
      },
    },
    void: {
      label: "Void",
      story:
        "Dotted pixels are void: the annotator left the far car out. The prediction has it all the same, and it counts neither as TP nor as FP: more than half of it lies on void.",
    },
    seed: {
      label: "Random",
      story: "Three mistakes were made at random. Which cost SQ, which RQ?",
    },
  },
};
