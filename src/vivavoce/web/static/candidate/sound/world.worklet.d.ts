/** What stands in the world of audio worklets; TypeScript's own declarations do not have it. */

declare const sampleRate: number;

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor & { process(inputs: Float32Array[][]): boolean }): void;

interface MessagePort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
}
