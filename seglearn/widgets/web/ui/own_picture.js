/**
 * A learner's own picture: dropped, chosen or pasted. It is shrunk here to at most 512 px a side, never uploaded, and
 * given to Python's trait `_picture`, from where the property `picture` makes an array.
 *
 *   const own = ownPicture(shell, { drop: stage.el, onPicture: ({ rgb, width, height, url }) => { … } });
 *   body.append(own.el);     // the button; `rgb` is height × width × 3 bytes, `url` a data URL for an <img>
 *
 * Hooks for tests: `own-picture` (the button), `own-picture-file` (the field behind it).
 */
import { strings as common } from "../words/en.js";
import { button } from "./controls.js";
import { context, h } from "./dom.js";

export const MOST = 512; // pixels of the longer side

const PICTURE = "M2 3h12v10H2zM2 11l3.5-4 3 3 2-2 3.5 3.5M10.5 5.5v.01";

/**
 * The size of a picture that fits into `most` × `most`, and is not enlarged.
 * @param {number} width
 * @param {number} height
 * @param {number} [most]
 * @returns {[number, number]}
 */
export function fitted(width, height, most = MOST) {
  const scale = Math.min(1, most / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/**
 * Red, green and blue of RGBA pixels.
 * @param {Uint8ClampedArray} rgba
 * @returns {Uint8Array}
 */
export function withoutAlpha(rgba) {
  return Uint8Array.from(rgba.filter((_, i) => i % 4 < 3));
}

/**
 * @param {Blob} file
 * @param {number} most
 * @param {number} [ratio] width ÷ height of the middle part that is taken
 * @returns {Promise<OwnPicture>}
 */
async function read(file, most, ratio) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const w = Math.min(bitmap.width, bitmap.height * (ratio ?? Infinity));
  const tall = Math.min(bitmap.height, bitmap.width / (ratio ?? 0));
  const [width, height] = fitted(w, tall, most);
  const canvas = h("canvas", { width, height });
  const ctx = context(canvas);
  ctx.fillStyle = "#fff"; // what lets through
  ctx.fillRect(0, 0, width, height);
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(bitmap, (bitmap.width - w) / 2, (bitmap.height - tall) / 2, w, tall, 0, 0, width, height);
  bitmap.close();
  const rgb = withoutAlpha(ctx.getImageData(0, 0, width, height).data);
  return { rgb, width, height, url: canvas.toDataURL("image/jpeg", 0.9) };
}

/**
 * @param {Shell} shell
 * @param {{ drop: HTMLElement, onPicture: (picture: OwnPicture) => void, most?: number, ratio?: number,
 *   label?: string }} options `ratio` (width ÷ height) of what is shown, if it has to fit; `drop` is where a file may be dropped; a paste is heard anywhere in the widget but in text fields
 * @returns {{ el: HTMLElement, take(file: Blob): Promise<void> }}
 */
export function ownPicture(shell, { drop, onPicture, most = MOST, ratio, label = common.ownPicture }) {
  /** @param {Blob | null | undefined} file */
  async function take(file) {
    if (!file) return;
    try {
      const picture = await read(file, most, ratio);
      const { width, height, rgb } = picture;
      shell.tell({ _picture: { width, height, rgb: new DataView(rgb.buffer) } });
      onPicture(picture);
      shell.store.keep((state) => state.picture !== "own"); // steps of the one before, which is gone
    } catch {
      shell.say(common.noPicture);
    }
  }
  const field = h("input", {
    type: "file",
    accept: "image/*",
    hidden: true,
    "data-testid": "own-picture-file",
    onchange: () => {
      take(field.files?.[0]);
      field.value = "";
    },
  });
  const choose = button({ label, id: "own-picture", symbol: PICTURE, onClick: () => field.click() });
  choose.title = common.ownPictureHint;
  drop.classList.add("own-picture");
  /** @param {DragEvent} event */
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation(); // JupyterLab would upload it
    drop.classList.toggle("over", /over|enter/.test(event.type));
    if (event.type === "drop") take(event.dataTransfer.files[0]);
  };
  for (const type of /** @type {const} */ (["dragenter", "dragover", "dragleave", "drop"])) {
    drop.addEventListener(type, over);
  }
  shell.body.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    take(file);
  });
  return { el: h("span", { "data-control": "own" }, choose, field), take };
}
