// @ts-check
/** @import { Part } from "./parts.js" */

const PART_MS = 1_000;
const BITS_A_SECOND = 500_000; // 45 minutes are 170 MB
const TYPES = ["video/webm;codecs=vp8", "video/webm", "video/mp4;codecs=avc1", "video/mp4"];

/** What a camera records from one start of the recorder to its stop, in parts that follow each other. */
export class Take {
  #id = crypto.randomUUID();
  #index = 0;
  #recorder;
  #made = Promise.resolve();

  /**
   * number: the turn. moment: where the microphone's sound stands now, in seconds. keep: is given part after part.
   * @param {MediaStream} stream
   * @param {{ number: number, moment: number, keep(part: Part): Promise<void> }} parts
   */
  constructor(stream, { number, moment, keep }) {
    const now = performance.now();
    let at = moment;
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
    this.#recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_A_SECOND });
    this.#recorder.onstart = () => (at = moment + (performance.now() - now) / 1_000);
    this.#recorder.ondataavailable = ({ data }) => {
      if (!data.size) return;
      const index = this.#index++;
      this.#made = this.#made.then(async () => {
        const content = await data.arrayBuffer();
        const digest = await crypto.subtle.digest("SHA-256", content);
        await keep({ take: this.#id, number, at, index, content, digest: toBase64(digest) });
      });
    };
    this.#recorder.start(PART_MS);
  }

  /** No part follows but the last one. */
  stop() {
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
  }
}

/** @param {ArrayBuffer} bytes */
function toBase64(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
