// @ts-check

const RATE_HZ = 16_000;
const PIECE = 320; // samples: 20 ms
const PHASES = 160; // between two samples: exact for 44.1, 48 and 96 kHz
const CROSSINGS = 16; // of the kernel, on each side
const PASSED = 0.94; // of the band that 16 kHz can carry; the rest fades out, so that nothing is folded back

/** Makes of the microphone's sound 16 kHz, 16-bit, mono: pieces of 20 ms, each with its loudness (0 to 1). */
class Capture extends AudioWorkletProcessor {
  #resampler = new Resampler(sampleRate / RATE_HZ);
  #piece = new Int16Array(PIECE);
  #length = 0;
  #power = 0;

  /** @param {Float32Array[][]} inputs */
  process([channels = []]) {
    if (channels.length) this.#resampler.take(toMono(channels), (sample) => this.#put(sample));
    return true;
  }

  /** @param {number} sample */
  #put(sample) {
    this.#piece[this.#length++] = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
    this.#power += sample * sample;
    if (this.#length < PIECE) return;
    const pcm = this.#piece.buffer;
    this.port.postMessage({ pcm, loudness: Math.sqrt(this.#power / PIECE) }, [pcm]);
    this.#piece = new Int16Array(PIECE);
    this.#length = this.#power = 0;
  }
}

/** From any rate to 16 kHz, by a windowed sinc. step: input samples to each output sample. */
class Resampler {
  #waiting = new Float32Array(8_192);
  #count = 0;
  #at; // where the next output sample lies, in input samples
  #half;
  #kernels;
  #step;

  /** @param {number} step */
  constructor(step) {
    const narrowing = Math.max(1, step);
    this.#step = step;
    this.#half = Math.ceil(CROSSINGS * narrowing);
    this.#at = this.#half;
    this.#kernels = Array.from({ length: PHASES }, (_, phase) => kernelAt(phase / PHASES, this.#half, PASSED / narrowing));
  }

  /**
   * @param {Float32Array} samples
   * @param {(sample: number) => void} put
   */
  take(samples, put) {
    this.#waiting.set(samples, this.#count);
    this.#count += samples.length;
    while (this.#at + this.#half + 1 < this.#count) {
      const phase = Math.round((this.#at % 1) * PHASES) % PHASES;
      const first = Math.round(this.#at - phase / PHASES) - this.#half + 1;
      put(this.#weigh(first, /** @type {Float32Array} */ (this.#kernels[phase])));
      this.#at += this.#step;
    }
    const gone = Math.max(0, Math.floor(this.#at) - this.#half);
    this.#waiting.copyWithin(0, gone, this.#count);
    this.#count -= gone;
    this.#at -= gone;
  }

  /**
   * @param {number} first
   * @param {Float32Array} kernel
   */
  #weigh(first, kernel) {
    let sum = 0;
    for (let tap = 0; tap < kernel.length; tap++) sum += /** @type {number} */ (kernel[tap]) * (this.#waiting[first + tap] ?? 0);
    return sum;
  }
}

/**
 * The weights of the input samples around a place between two of them.
 * @param {number} fraction of the way to the next sample
 * @param {number} half taps on each side
 * @param {number} band that passes, of the input's own
 */
function kernelAt(fraction, half, band) {
  const kernel = new Float32Array(2 * half);
  let sum = 0;
  for (let tap = 0; tap < kernel.length; tap++) {
    const x = tap - (half - 1) - fraction;
    const angle = Math.PI * x * band;
    const window = Math.max(0, 0.5 + 0.5 * Math.cos((Math.PI * x) / half));
    kernel[tap] = (x === 0 ? 1 : Math.sin(angle) / angle) * window;
    sum += /** @type {number} */ (kernel[tap]);
  }
  return kernel.map((weight) => weight / sum);
}

/** @param {Float32Array[]} channels */
function toMono(channels) {
  const [first = new Float32Array()] = channels;
  if (channels.length === 1) return first;
  return first.map((_, at) => channels.reduce((sum, channel) => sum + (channel[at] ?? 0), 0) / channels.length);
}

registerProcessor("capture", Capture);
