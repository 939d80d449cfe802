import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { suitePaths } from "@/contract/node-setup";

/** A line a day's tools can read and a person too: `sentence` says it all, the rest is for filters. */
export interface LogLine {
  readonly level: "info" | "warning" | "error";
  readonly sentence: string;
  readonly [fact: string]: unknown;
}

/** One file a day, a new one earlier when it is full; the oldest go. About 10 GB a year at most, as the manual estimates. */
const fileBytesMax = 32 * 1024 * 1024;
const filesKept = 60;
/** A daemon that says the same hundred times a second must not fill /var. */
const linesPerSecondMax = 200;

/** Writes JSON lines below /var/log/z/, 0640. A full disk loses lines, never the daemon: nothing here throws. */
export class RotatingLog {
  private handle: FileHandle | null = null;
  private day = "";
  private bytes = 0;
  private queue: Promise<void> = Promise.resolve();
  private second = 0;
  private lines = 0;

  constructor(
    private readonly name: string,
    private readonly wallClock: () => Date,
    private readonly directory: string = suitePaths.logDirectory,
  ) {}

  write(line: LogLine): void {
    const at = this.wallClock();
    const second = Math.floor(at.getTime() / 1000);
    this.lines = second === this.second ? this.lines + 1 : 1;
    this.second = second;
    if (this.lines > linesPerSecondMax) return;
    const text = `${JSON.stringify({ at: at.toISOString(), ...line })}\n`;
    this.queue = this.queue.then(() => this.append(at, text)).catch(() => this.close());
  }

  /** Resolves when everything said so far is written. */
  async flush(): Promise<void> {
    await this.queue;
  }

  private async append(at: Date, text: string): Promise<void> {
    const day = at.toISOString().slice(0, 10);
    if (this.handle === null || day !== this.day || this.bytes + text.length > fileBytesMax) await this.rotate(day, at);
    await this.handle?.write(text);
    this.bytes += Buffer.byteLength(text);
  }

  private path(): string {
    return `${this.directory}/${this.name}.log`;
  }

  private async rotate(day: string, at: Date): Promise<void> {
    await this.close();
    await mkdir(this.directory, { recursive: true, mode: 0o750 });
    const found = await stat(this.path()).catch(() => null);
    const foundDay = found?.mtime.toISOString().slice(0, 10);
    if (found !== null && (foundDay !== day || found.size >= fileBytesMax / 2)) {
      const stamp = (foundDay === day ? at.toISOString().slice(0, 19) : (foundDay ?? day)).replaceAll(":", "");
      await rename(this.path(), `${this.directory}/${this.name}-${stamp}.log`);
      await this.prune();
    }
    this.handle = await open(this.path(), "a", 0o640);
    await this.handle.chmod(0o640);
    this.day = day;
    this.bytes = (await this.handle.stat()).size;
  }

  private async prune(): Promise<void> {
    const old = (await readdir(this.directory)).filter((name) => name.startsWith(`${this.name}-`)).sort();
    for (const name of old.slice(0, Math.max(0, old.length - filesKept))) await rm(`${this.directory}/${name}`);
  }

  private async close(): Promise<void> {
    const { handle } = this;
    this.handle = null;
    await handle?.close().catch(() => undefined);
  }
}
