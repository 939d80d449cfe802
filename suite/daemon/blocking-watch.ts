import type { ConsulClient, ReadResult } from "@/suite/consul/consul-client";

/** A change arrives at once; without one this is how old a reading can get before it counts as unknown. */
const waitMs = 5_000;
/** After a failure. Shorter hammers an agent that is electing; longer delays the first reading after it. */
const retryMs = 500;
/** Between two changes: a burst of writes becomes a few readings. */
const pauseMs = 20;

/** Blocking queries below a prefix for as long as the daemon lives. */
export class BlockingWatch {
  private index = 0;
  private readonly stopped = new AbortController();

  constructor(
    private readonly consul: ConsulClient,
    private readonly prefix: string,
    private readonly onResult: (result: ReadResult) => Promise<void>,
  ) {}

  start(): void {
    void this.loop();
  }

  stop(): void {
    this.stopped.abort();
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      const first = this.index === 0;
      const result = await this.consul.read(this.prefix, first ? undefined : { index: this.index, waitMs, signal });
      if (signal.aborted) return;
      if (result.kind === "entries") {
        // An index that goes back means a restored or re-made state: start over instead of waiting for the past.
        this.index = result.index < this.index ? 0 : Math.max(1, result.index);
      } else this.index = 0;
      await this.onResult(result);
      await new Promise((resolve) => setTimeout(resolve, result.kind === "entries" ? pauseMs : retryMs));
    }
  }
}
