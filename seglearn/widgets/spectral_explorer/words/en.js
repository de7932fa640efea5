import { decimal, plural, score } from "../../web/ui/format.js";
import { className } from "../../web/ui/names.js";

const degrees = (x) => `${decimal(x, 2)}°`;
const deg = (x) => (x == null ? "no angle" : degrees(x));
/** Four figures, or as many as `n` says. */
const figures = (x, n = 4) => decimal(x, Math.max(0, n - 1 - Math.floor(Math.log10(Math.abs(x) || 1))));
const named = (pin) => `“${className(pin?.class ?? "")}”`;
const listed = (pins) => pins.map(named).reduce((all, name, i) => all + (i < pins.length - 1 ? ", " : " and ") + name);

export const strings = {
  title: "Spectral explorer",
  prompt: "Point at the picture to see a pixel's spectrum. Click to pin it.",
  stages: { look: "Spectra", angles: "Angles", threshold: "Threshold" },
  sensors: {
    label: "Sensor",
    pan: "Panchromatic",
    rgb: "RGB",
    multi: "Multispectral",
    hyper: "Hyperspectral",
    all: "All bands",
  },
  sensorName: (name, { cube }) => {
    const { sensors } = strings;
    return name === "hyper" && cube.bands < 20 ? sensors.all : sensors[name];
  },
  scale: { label: "Scale of the spectra", lead: "Draw", values: "values", shape: "shape only" },
  regions: { visible: "visible", "near infrared": "near infrared", "short-wave infrared": "short-wave infrared" },
  boxes: {
    ...{ pan: "pan", coastal: "coastal", blue: "blue", green: "green", red: "red" },
    ...{ nir: "NIR", swir1: "SWIR 1", swir2: "SWIR 2" },
  },
  units: { radiance: "radiance", reflectance: "reflectance" },
  bandName: (label, n, um) =>
    label ? (strings.boxes[label] ?? label) : `band ${n}${um ? `, ${decimal(um, 2)} µm` : ""}`,
  noClass: (has) => (has ? "unlabelled" : "no label"),
  markers: {
    r: "Band shown as red",
    g: "Band shown as green",
    b: "Band shown as blue",
    t: "Band that the threshold cuts",
  },
  picture: {
    stage: "Picture. Arrow keys move the pointer, with Shift by ten pixels; Enter pins a pixel or takes its pin away.",
    borders: "Field borders",
    paint: "What is captured",
    caption: (sensor, [r, g, b], boxes) => {
      const name = (n) =>
        boxes?.[n - 1].label ? (strings.boxes[boxes[n - 1].label] ?? boxes[n - 1].label) : `band ${n}`;
      if (r === g && g === b) return "One band, as grey. Hover for a spectrum, click to pin it.";
      if (sensor === "rgb") return "Natural colours. Hover for a spectrum, click to pin it.";
      return `R = ${name(r)}, G = ${name(g)}, B = ${name(b)}. Hover for a spectrum, click to pin it.`;
    },
  },
  plot: {
    label: "Spectra",
    band: "band number",
    wavelength: "wavelength in µm",
    value: "value",
    shape: "share of the spectrum's length",
    drag: "Drag R, G and B: the picture follows.",
    fixed: {
      pan: "One wide band. The faint line is what it cannot tell.",
      rgb: "Three wide bands. The faint line is what they cannot tell.",
    },
    sweep: (band, iou) =>
      `Bars at the foot: the best IoU of a threshold on each band. The highest is ${score(iou)}, ${band}.`,
  },
  pins: {
    caption: "Pinned pixels and the angles between their spectra",
    pin: "Pin",
    class: "Class",
    angleTo: (n) => `Angle to pin ${n}`,
    removing: "Take away",
    remove: (n) => `Take pin ${n} away`,
    between: (a, b, angle) => `Angle between pins ${a} and ${b}: ${angle}`,
    place: (row, col) => `[${row}, ${col}]`,
    here: "here",
    angle: "Angle between ",
    point: "point at the picture",
  },
  formula: {
    label: "Spectral angle",
    a: "a, the first spectrum",
    b: "b, the second spectrum",
    one: "One band has no shape, so there is no angle.",
    alone: "Pin two pixels to see the angle between them.",
    read: (a, b) =>
      `a is pin ${a}, b is ${b ? `pin ${b}` : "the pixel under the pointer"}. Twice as much light leaves the angle as it is.`,
  },
  threshold: {
    asked: "Class to capture: that of pin",
    find: "Find the class of",
    askPin: (n, name) => `pin ${n}${name ? `, ${name}` : ""}`,
    on: { label: "Threshold on", angle: "angle to the pin", band: "one band" },
    rest: { label: "Among", all: "all that is labelled", pinned: "pinned classes only" },
    side: { label: "Capture", below: "below", above: "above" },
    slider: "Threshold",
    at: (x, angle) => (angle ? degrees(x) : figures(x)),
    best: "Best threshold",
    tp: "captured, right",
    fp: "captured, wrong",
    fn: "missed",
    counts: "Pixels that the threshold captures",
    formula: "Precision, recall and IoU",
    scores: { precision: "precision", recall: "recall", iou: "IoU" },
    others: "all other classes",
    otherPins: (names) => names.join(" and ") || "nothing: pin another class",
    histogram: (name) => `Histograms of ${name} and of the rest, with the threshold`,
    ledger: "Best threshold on the angle, by sensor",
    floor: "Thin line: the IoU of capturing everything.",
    noPin: "Pin a pixel first: its class is to be captured.",
    noClass: (n) => `Pin ${n} lies on ground without a label. Choose another pin.`,
    noAngle: "One band has no angle. Set the threshold on the band, or choose another sensor.",
    verdict: ({ iou, best, everything }, auto) => {
      const said = `${auto ? "This is the best threshold here" : "The best threshold here reaches"}: IoU ${score(best)}.`;
      const all = `capturing everything scores ${score(everything)}`;
      if (best < everything + 0.05) return `${said} But ${all}: it tells next to nothing.`;
      return iou < everything ? `${said} This one is worse: ${all}.` : said;
    },
  },
  reduction: (e, bands) =>
    `This page has ${e.n_components} principal components of ${bands} bands: spectra are off by ${figures(100 * e.relative, 2)} % (root mean square), angles by ${degrees(e.angle_mean)} on average.`,
  credit: (words) => `Data: ${words}.`,
  here: (row, col, name, angles) =>
    `Row ${row}, column ${col}: ${name}.${angles.map((a, i) => (a === null ? "" : ` ${decimal(a, 2)} degrees to pin ${i + 1}.`)).join("")}`,
  announce: ({ pins, threshold }) =>
    `${pins.length} ${plural(pins.length, { one: "pin", other: "pins" })}.${threshold ? ` Threshold: IoU ${score(threshold.iou)}, precision ${score(threshold.precision)}, recall ${score(threshold.recall)}.` : ""}`,
  pythonNotes: {
    reduced: "the bands as measured; the widget has a reduced cube, so last digits may differ",
    given: "cube, wavelengths_um and labels are yours",
    sensor: "what the sensor makes of the bands",
  },
  goals: {
    degrees,
    nearest: (x) => (x === null ? "Not pinned yet." : `The nearest is ${deg(x)} away.`),
    gain: (x) => (x === null ? "Nothing is captured." : `${decimal(x, 3)} above capturing everything.`),
    iou: (x) => (x === null ? "Nothing is captured." : `IoU ${score(x)}.`),
    angle: (x) => `Now ${deg(x)}.`,
    another: "Another class is not asked for yet.",
    ask: { colour: "To a camera, pins 1 and 2 look alike. Guess the angle between them that all bands see." },
    presets: {
      spectra: {
        text: "Pin one more pixel whose curve lies on another: an angle below 2°.",
        why: "Curves that lie on each other are often one crop, but not always: read the classes.",
      },
      "same-object": {
        text: "Pin a pixel of the class of pin 1 that is nearer to it than pin 3.",
        why: "Spectra agree within a field; fields of one class differ in soil, sowing and water.",
      },
      "same-spectrum": {
        text: "Beat capturing everything by 0.05 of IoU.",
        why: "The angle leaves brightness out; one band can tell a little more.",
      },
      grey: {
        text: "Reach the highest IoU of the ledger.",
        why: "One wide band adds up light that many bands keep apart.",
      },
      colour: {
        text: "Let all bands see these two pixels.",
        why: "A camera sees three sums of visible light; what differs lies in the infrared.",
      },
      split: {
        text: "Capture another class on one band, with IoU 0.500 or more.",
        why: "One band is enough where a class is brighter or darker than all others.",
      },
    },
  },
  presets: {
    given: {
      label: "As given",
      story: "Every pixel is a spectrum. Hover to read it, click to pin it, and compare up to five.",
    },
    spectra: {
      label: "Three spectra",
      story: ({ pins, n_bands }) =>
        `Each pixel is ${n_bands} numbers, and those numbers draw a curve. Here are ${pins.length ? listed(pins) : "none yet"}. Hover over the fields: which classes can you tell by their curve alone?`,
    },
    "same-object": {
      label: "同物异谱 same object",
      story: ({ pins, angles }) =>
        `Same object, different spectra. Pins 1 and 2 are both ${named(pins[0])}, yet ${deg(angles[0]?.[1])} apart. Pin 3 is ${named(pins[2])}. Look at the table of angles: which pin would a computer that sees only spectra put with pin 1?`,
    },
    "same-spectrum": {
      label: "异物同谱 same spectrum",
      story: ({ pins, angles, threshold }) =>
        `Different objects, same spectrum. Pin 1 is ${named(pins[0])}, pin 2 ${named(pins[1])}, and they are ${deg(angles[0]?.[1])} apart. Capturing everything would score ${score(threshold?.everything)}. Can you find a sensor, band or threshold that does clearly better?`,
    },
    grey: {
      label: "Alike in grey",
      story: ({ pins }) =>
        `To one wide band, ${named(pins[0])} and ${named(pins[1])} are equally bright. Read the ledger, then click through the sensors. How many bands does it take to tell the two classes apart?`,
    },
    colour: {
      label: "Alike in colour",
      story: ({ pins, angles }) =>
        `To a camera these two pixels look alike: ${deg(angles[0]?.[1])} between ${named(pins[0])} and ${named(pins[1])}. Which sensor tells them apart?`,
    },
    split: {
      label: "One band is enough",
      story: ({ threshold }) =>
        `Of all classes and bands, this pair works best: a single threshold captures ${named(threshold)} with IoU ${score(threshold?.iou)}. Pin another class and look for its best band. How far do you get?`,
    },
  },
};
