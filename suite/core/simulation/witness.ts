import type { Qemu } from "@/suite/core/simulation/sim-image";
import type { Kv } from "@/suite/core/simulation/sim-kv";
import type { World } from "@/suite/core/simulation/world";

/** From the read of the lock to QEMU opening the image: a `virsh create` that was already sent may still finish. */
const startGraceMs = 1_500;
/** The same when the process slept between the two: then the permit, which ends with the lease, is the limit. */
const permitGraceMs = 10_500;
const linesMax = 20;

/**
 * Watches the world, never the suite: what the storage takes, which QEMUs run, what is committed to Consul.
 * It looks after every event, so nothing can go wrong between two looks.
 */
export class Witness {
  readonly violations: string[] = [];
  starts = 0;
  /** In the order in which they first could write. */
  private readonly order = new Map<Qemu, number>();
  private newest: Qemu | null = null;
  private readonly startIds = new Set<string>();
  /** Started with vCPUs stopped, and not let run yet. */
  private readonly opened = new Set<Qemu>();
  /** Of those, the ones no fence of a later start covers: none of them may ever run. */
  private readonly uncovered = new Set<Qemu>();
  private intentSince = 0;
  private configSince = 0;

  constructor(private readonly world: World) {}

  /** I1 and I2. */
  look(): void {
    const { alive, image } = this.world;
    let first: Qemu | null = null;
    for (const qemu of alive) {
      if (!image.mayWrite(qemu)) continue;
      if (first !== null) this.violated(`I1: ${first.address} and ${qemu.address} both run and neither is shut out`);
      first = qemu;
      if (image.accepts(qemu)) this.wrote(qemu);
    }
  }

  private wrote(qemu: Qemu): void {
    if (qemu === this.newest) return;
    const place = this.order.get(qemu);
    if (place === undefined) {
      this.order.set(qemu, this.order.size);
      this.newest = qemu;
      return;
    }
    this.violated(`I2: ${qemu.address} wrote again after ${this.newest?.address ?? "another"} had written`);
  }

  /** A QEMU was started by the suite, through libvirt and its hook. I3, I4. */
  started(qemu: Qemu): void {
    const { consul, image } = this.world;
    const { kv } = consul;
    const { node, startId, epoch } = qemu;
    this.starts += 1;
    if (startId !== null) {
      if (this.startIds.has(startId)) this.violated(`I3: start ${startId} was made a second time, on ${node}`);
      this.startIds.add(startId);
    }
    // libvirt may open the image a minute late; what is destroyed without having run has started nothing.
    if (qemu.state === "running") this.ran(qemu);
    else this.opened.add(qemu);
    if (kv.owner.record?.epoch !== epoch) return;
    const fence = kv.fences.find((candidate) => candidate.epoch === epoch);
    if (fence?.state !== "fenced") return this.violated(`I4: ${node} started epoch ${epoch} without a finished fence`);
    if (this.world.isFolder) return;
    for (const address of image.watchers()) {
      if (address === qemu.address) continue;
      // libvirt opened the image after the fence, for a start that has no ground any more: harmless as long as it never runs.
      const late = [...this.opened].find((other) => other.address === address);
      if (late !== undefined) this.uncovered.add(late);
      else this.violated(`I4: ${node} started epoch ${epoch} while ${address} was not shut out`);
    }
  }

  /** Its vCPUs run for the first time. I5, I9. */
  private ran(qemu: Qemu): void {
    const { node, configVersion } = qemu;
    const { consul, queue } = this.world;
    const { intent, config } = consul.kv;
    const want = intent.record?.want ?? "none";
    const stoppedFor = queue.now - this.intentSince;
    const grace = this.slept(node) ? permitGraceMs : startGraceMs;
    if (want !== "started" && stoppedFor > grace)
      this.violated(`I5: ${node} started a QEMU ${stoppedFor} ms after the intent became ${want}`);
    if (configVersion !== config.version && queue.now - this.configSince > grace)
      this.violated(`I9: ${node} started with configuration ${configVersion}, newest is ${config.version}`);
  }

  resumed(qemu: Qemu): void {
    if (this.opened.delete(qemu)) this.ran(qemu);
    if (this.uncovered.has(qemu)) this.violated(`I4: ${qemu.address} ran although a later start had not shut it out`);
    if (qemu.refused) this.violated(`I2: ${qemu.address} was resumed although storage had shut it out`);
  }

  /** I8. */
  lifted(address: string): void {
    const living = this.world.alive.find((qemu) => qemu.address === address);
    if (living !== undefined) this.violated(`I8: the fence of ${address} was lifted while its QEMU lives`);
    if ((this.world.lateWrites.get(address) ?? 0) > this.world.queue.now)
      this.violated(`I8: the fence of ${address} was lifted while its last write may still be on its way`);
  }

  /** I3, I5, I10. */
  committed(before: Kv, after: Kv): void {
    const { now } = this.world.queue;
    if (before.intent !== after.intent) this.intentSince = now;
    if (before.config !== after.config) this.configSince = now;
    if (after.epoch.value < before.epoch.value) this.violated(`I3: epoch went back to ${after.epoch.value}`);
    const [was, is] = [before.owner.record?.epoch ?? 0, after.owner.record?.epoch ?? 0];
    if (is < was || is > after.epoch.value) this.violated(`I3: the owner record went from epoch ${was} to ${is}`);
    for (const record of after.history.slice(before.history.length)) {
      if (record.actor === "" || record.actor === "unknown")
        this.violated(`I10: ${record.kind} of epoch ${record.epoch} has no actor`);
    }
  }

  violated(what: string): void {
    if (this.violations.includes(what)) return;
    this.violations.push(what);
    if (this.violations.length <= linesMax) this.world.log("WITNESS", what);
  }

  /** Between the read of the lock and libvirt's start of QEMU something stood still. */
  private slept(name: string): boolean {
    const { heldUpUntil, startTakesMs } = this.world.host(name);
    return this.world.queue.now - heldUpUntil < startGraceMs || startTakesMs > 1_000 || this.world.chance.isOn;
  }
}
