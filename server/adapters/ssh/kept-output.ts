import { StringDecoder } from "node:string_decoder";

/** Kept of each stream; the answers we parse are far below 1 MiB. Unbounded, one `yes` on a node ends the panel. */
const keptCharactersMax = 8 * 1024 * 1024;
export const cutMarker = "\n… output cut here, it was longer than the panel keeps …\n";

/** One output stream as text: passed on as it comes, kept up to a limit, its bytes counted so that it can be continued. */
export class KeptOutput {
  readonly #decoder = new StringDecoder("utf8");
  #text = "";
  #cut = false;
  bytes = 0;

  constructor(private readonly onText?: (text: string) => void) {}

  get text(): string {
    return this.#text;
  }

  add(data: Buffer): void {
    this.bytes += data.length;
    this.#take(this.#decoder.write(data));
  }

  end(): string {
    this.#take(this.#decoder.end());
    return this.#text;
  }

  #take(text: string): void {
    if (text === "") return;
    this.onText?.(text);
    if (this.#cut) return;
    if (this.#text.length + text.length <= keptCharactersMax) {
      this.#text += text;
      return;
    }
    this.#cut = true;
    this.#text += text.slice(0, keptCharactersMax - this.#text.length) + cutMarker;
  }
}
