import type { Queue } from "@/suite/core/simulation/queue";

/** One QEMU process with the image open. */
export interface Qemu {
  readonly node: string;
  startId: string | null;
  epoch: number | null;
  readonly address: string;
  state: "running" | "paused";
  reason: "io-error" | "migrated" | "other";
  alive: boolean;
}

/** How long a dead client's watch lingers (osd_client_watch_timeout). */
const watchTimeoutMs = 30_000;
/** A fenced guest meets its next write within this time. */
const nextWriteMs = 650;

/** Watchers, blocklist, reachability. Locks are cooperative, so only the blocklist keeps a writer out. */
export class SimCeph {
  readonly unreachableFrom = new Set<string>();
  available = true;
  private readonly watches: { qemu: Qemu; until: number }[] = [];
  private readonly blocked = new Set<string>();
  private nonce = 100;

  constructor(
    private readonly queue: Queue,
    private readonly onChange: () => void,
  ) {}

  answers(node: string): boolean {
    return this.available && !this.unreachableFrom.has(node);
  }

  open(node: string, startId: string | null, epoch: number | null, state: Qemu["state"]): Qemu {
    this.nonce += 1;
    const qemu: Qemu = {
      node,
      startId,
      epoch,
      address: `${node}:0/${this.nonce}`,
      state,
      reason: "other",
      alive: true,
    };
    this.watches.push({ qemu, until: Number.POSITIVE_INFINITY });
    this.touch(qemu);
    return qemu;
  }

  /** Killed, power lost or destroyed on hung storage: the watch lingers. A clean close takes it along. */
  close(qemu: Qemu, clean: boolean): void {
    qemu.alive = false;
    const watch = this.watches.find((entry) => entry.qemu === qemu);
    if (watch !== undefined) watch.until = clean ? this.queue.now : this.queue.now + watchTimeoutMs;
    this.onChange();
  }

  watchers(): string[] {
    return this.watches
      .filter((watch) => watch.until > this.queue.now && !this.blocked.has(watch.qemu.address))
      .map((watch) => watch.qemu.address);
  }

  blocklist(address: string): void {
    this.blocked.add(address);
    for (const { qemu } of this.watches) if (qemu.address === address) this.touch(qemu);
    this.onChange();
  }

  lift(address: string): void {
    this.blocked.delete(address);
  }

  isBlocked(address: string): boolean {
    return this.blocked.has(address);
  }

  blocklistEntries(): string[] {
    return [...this.blocked];
  }

  /** A running QEMU keeps writing: it notices a fence as soon as it can reach the storage. */
  private touch(qemu: Qemu): void {
    this.queue.after(nextWriteMs, () => {
      if (!qemu.alive || qemu.state !== "running") return;
      if (this.blocked.has(qemu.address) && this.answers(qemu.node)) {
        qemu.state = "paused";
        qemu.reason = "io-error";
        this.onChange();
        return;
      }
      if (this.blocked.has(qemu.address)) this.touch(qemu);
    });
  }
}
