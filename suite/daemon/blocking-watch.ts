import type { ConsulClient, ReadResult } from "@/suite/consul/consul-client";

/** Without a change this is how old a reading can get before it is made anew. Longer hides a lost quorum; shorter only asks more. */
const waitMs = 5_000;
/** A healthy answer takes 20 ms. One that was on its way to a leader that died never comes: asking again finds the new one. */
const readTimeoutMs = 1_000;
/** After a failure. Shorter hammers an agent that is electing; longer delays the first reading after it. */
const retryMs = 200;
/** Between two changes: a burst of writes becomes a few readings. */
const pauseMs = 20;

/**
 * What is below a prefix, for as long as the daemon lives. Readings come through the leader; the wait for a change stands at
 * this node's own server, which takes no leader: a wait at a leader that lost its power would end with its deadline only,
 * seconds after the others have elected a new one.
 */
export class BlockingWatch {
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
      const result = await this.consul.read(this.prefix, { timeoutMs: readTimeoutMs, signal });
      if (signal.aborted) return;
      await this.onResult(result);
      const changed =
        result.kind === "entries" && (await this.consul.changed(this.prefix, result.index, waitMs, signal));
      await new Promise((resolve) => setTimeout(resolve, changed ? pauseMs : retryMs));
    }
  }
}
