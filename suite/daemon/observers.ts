import type { HaConfig } from "@/contract/ha-config";
import type { Engine } from "@/suite/daemon/engine";
import { examineHost } from "@/suite/daemon/examine-host";
import type { ImageStore } from "@/suite/daemon/image-store";
import type { Machine } from "@/suite/daemon/machine";

/** Deadlines of the core are checked this often. */
const tickEveryMs = 500;
/** libvirt's events wake us at once; this is for those that were lost. Two processes each: shorter loads small nodes. */
const domainEveryMs = 2_000;
/** Peers trust a canary for three periods. */
const canaryEveryMs = 10_000;
/** After a failure: the 30 s of patience should see several tries. */
const canaryRetryMs = 3_000;
const hostEveryMs = 30_000;
/** While nobody owns the VM, storage that can tell is asked whether the image is still open. Shorter: needless processes. */
const busyEveryMs = 1_000;

interface Parts {
  readonly engine: Engine;
  readonly machine: Machine;
  readonly store: () => ImageStore;
  readonly config: () => { value: HaConfig; version: number };
  readonly clock: () => number;
}

/** The loops that look. None waits for another: storage that hangs must not blind us for libvirt. */
export class Observers {
  private stopped = false;
  private reading = false;
  private again = false;

  constructor(private readonly parts: Parts) {}

  start(): void {
    void this.every(
      () => tickEveryMs,
      async () => this.parts.engine.dispatch({ type: "tick" }),
    );
    void this.every(
      () => domainEveryMs,
      () => this.readDomain(),
    );
    let storage = true;
    void this.every(
      () => (storage ? canaryEveryMs : canaryRetryMs),
      async () => {
        storage = await this.checkStorage();
      },
    );
    void this.every(
      () => hostEveryMs,
      () => this.lookAtHost(),
    );
    void this.every(
      () => (this.mightTake() ? busyEveryMs : canaryEveryMs),
      () => this.lookAtImage(),
    );
  }

  stop(): void {
    this.stopped = true;
  }

  /** Something happened to a domain: look now, and once more when a look is under way that may have missed it. */
  readDomainNow(): void {
    if (this.reading) this.again = true;
    else void this.readDomain();
  }

  private async readDomain(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    do {
      this.again = false;
      this.parts.engine.dispatch({ type: "domain", reading: await this.parts.machine.observe() });
    } while (this.again && !this.stopped);
    this.reading = false;
  }

  private async checkStorage(): Promise<boolean> {
    const { engine } = this.parts;
    const store = this.parts.store();
    const beganAt = this.parts.clock();
    const canary = await store.canary();
    engine.dispatch({ type: "storage", result: canary.ok ? "ok" : "failed", beganAt });
    if (!canary.ok || !("run" in engine.state.phase)) return canary.ok;
    const blocked = await store.blocklisted();
    if (blocked.ok) engine.dispatch({ type: "blocklist", addresses: blocked.value });
    return canary.ok;
  }

  private async lookAtHost(): Promise<void> {
    const obstacles = await examineHost(this.parts.config().value, this.parts.store());
    this.parts.engine.dispatch({ type: "host", obstacles });
  }

  private async lookAtImage(): Promise<void> {
    const { engine } = this.parts;
    const { consul } = engine.state;
    // Whose address to ask after is in Consul: without it the last word stands.
    if (consul.state === "unknown") return;
    const owner = consul.value.owner.record;
    const address = owner !== null && owner.node !== engine.state.settings.node ? owner.clientAddress : null;
    const busy = await this.parts.store().busy(address);
    engine.dispatch({ type: "image", busy });
  }

  /** The lock is free, or left with this node which runs nothing. */
  private mightTake(): boolean {
    const { phase, consul, lease } = this.parts.engine.state;
    if (phase.at !== "standby" || consul.state === "unknown") return false;
    const { session } = consul.value.owner;
    return session === null || session === lease.session;
  }

  private async every(periodMs: () => number, look: () => Promise<void>): Promise<void> {
    while (!this.stopped) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, periodMs()));
    }
  }
}
