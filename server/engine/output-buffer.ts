import type { RunEventBody } from "@/contract/run";
import { mapSentence } from "@/contract/sentence";
import type { Scrub } from "@/server/engine/scrub";

type OutputBody = Extract<RunEventBody, { kind: "step-output" }>;
type ProgressBody = Extract<RunEventBody, { kind: "step-progress" }>;
export type EmittedBody = OutputBody | ProgressBody;

/** A chatty command may not fill the disk: what goes beyond stays on the node, in the unit's own log. */
const outputPerAttemptBytes = 1_048_576;
/** An unfinished line is held back so that a secret cut in two by a packet is still recognised; a progress bar without line ends is not held for ever. */
const heldLineBytes = 8_192;

/**
 * Collects what steps say between two flushes: output joined per cell and stream, progress reduced to the newest per cell.
 * Whole lines only, except on `drain` at the end of an attempt.
 */
export class OutputBuffer {
  readonly #scrub: Scrub;
  readonly #outputs = new Map<string, OutputBody>();
  readonly #progress = new Map<string, ProgressBody>();
  readonly #written = new Map<string, number>();

  constructor(scrub: Scrub) {
    this.#scrub = scrub;
  }

  add(body: EmittedBody): void {
    const cell = `${body.step}/${body.cell}/${body.attempt}`;
    if (body.kind === "step-progress") {
      this.#progress.set(cell, body);
      return;
    }
    const written = this.#written.get(cell) ?? 0;
    if (written > outputPerAttemptBytes) return;
    this.#written.set(cell, written + body.text.length);
    const text =
      written + body.text.length > outputPerAttemptBytes ? `${body.text}\n… output goes on, on the node\n` : body.text;
    const key = `${cell}/${body.stream}`;
    const waiting = this.#outputs.get(key);
    this.#outputs.set(key, { ...body, text: (waiting?.text ?? "") + text });
  }

  get isEmpty(): boolean {
    return this.#outputs.size === 0 && this.#progress.size === 0;
  }

  /** What may be written now; unfinished lines stay unless `everything`. */
  take(everything: boolean): readonly EmittedBody[] {
    const taken: EmittedBody[] = [];
    for (const [key, body] of this.#outputs) {
      const end = everything || body.text.length > heldLineBytes ? body.text.length : body.text.lastIndexOf("\n") + 1;
      if (end === 0) continue;
      const source = body.stream === "note" ? "own" : "program";
      taken.push({ ...body, text: this.#scrub(body.text.slice(0, end), source) });
      if (end === body.text.length) this.#outputs.delete(key);
      else this.#outputs.set(key, { ...body, text: body.text.slice(end) });
    }
    for (const body of this.#progress.values()) {
      taken.push({
        ...body,
        text: body.text === null ? null : mapSentence(body.text, (text) => this.#scrub(text, "program")),
      });
    }
    this.#progress.clear();
    return taken;
  }
}
