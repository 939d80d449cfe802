import { createGzip } from "node:zlib";
import type { BundleEntry } from "@/contract/bundle";
import { redact } from "@/server/bundle/redact";
import { tarEnd, tarEntry } from "@/server/bundle/tar";
import { scrub } from "@/server/secret/scrub";

/** Before packing: about 15 MB packed. The panel holds it in memory until it is fetched. */
export const totalBytesMax = 160 * 1024 * 1024;
/** Of one text; its end is kept, where logs have what happened last. */
export const textBytesMax = 6 * 1024 * 1024;

/** A packed tar that is written while it is collected. Every text passes the scrubbers here: there is no other way in. */
export class Archive {
  readonly entries: BundleEntry[] = [];
  readonly #gzip = createGzip();
  readonly #chunks: Buffer[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #bytes = 0;

  constructor(
    private readonly root: string,
    private readonly nowMs: number,
  ) {
    this.#gzip.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
    this.#gzip.on("end", () => this.#ended.resolve());
    this.#gzip.on("error", (error) => this.#ended.reject(error));
  }

  /** Bytes this text takes in the bundle. */
  add(path: string, text: string): number {
    const clean = Buffer.from(redact(scrub(text, "program")));
    const room = Math.min(textBytesMax, totalBytesMax - this.#bytes);
    const kept = clean.length <= room ? clean : clean.subarray(clean.length - Math.max(0, room));
    const isCut = kept.length < clean.length;
    this.entries.push({ path, bytes: kept.length, isCut });
    if (isCut && kept.length === 0) return 0;
    this.#write(path, kept);
    return kept.length;
  }

  async finish(manifest: (entries: readonly BundleEntry[]) => string): Promise<Buffer> {
    this.#write("MANIFEST.txt", Buffer.from(redact(scrub(manifest(this.entries)))));
    this.#gzip.end(tarEnd());
    await this.#ended.promise;
    return Buffer.concat(this.#chunks);
  }

  #write(path: string, content: Buffer): void {
    this.#bytes += content.length;
    this.#gzip.write(tarEntry({ path: `${this.root}/${path}`, content, changedAtMs: this.nowMs }));
  }
}
