import type { Outcome } from "@/suite/core/deed";
import type { Flow } from "@/suite/core/simulation/flow";
import { drive } from "@/suite/core/simulation/flow";
import type { Qemu } from "@/suite/core/simulation/sim-image";
import type { World } from "@/suite/core/simulation/world";

/** How the next migration goes wrong by itself. What dies meanwhile is another matter. */
export const migrationFaults = ["none", "aborts", "paused-there", "paused-both", "resumed-there", "vanishes"] as const;
export type MigrationFault = (typeof migrationFaults)[number];

const setUpMs = 300;
const switchOverMs = 100;
const copySliceMs = 250;
/** libvirtd on the target notices a closed connection and clears its half of the copy. */
const clearsMs = 1_000;

interface Copy {
  readonly source: Qemu;
  readonly target: string;
  arrived: Qemu | null;
  /** Creeps, and cannot end, until its source has the receiver on record. */
  stage: "creeping" | "copying" | "switching" | "over";
  isAborted: boolean;
  readonly generations: readonly [number, number];
}

const failed = (because: string): Outcome => ({ result: "failed", because });

/** libvirt's peer-to-peer copy. It runs between the two libvirtds: no zshad and no virsh is needed once it is under way. */
export class SimMigrations {
  next: MigrationFault = "none";
  /** From the set-up to the switch-over. */
  copyMs = 1_600;
  private copies: Copy[] = [];

  constructor(private readonly world: World) {}

  isCopying(node: string): boolean {
    return this.copies.some((copy) => copy.source.node === node);
  }

  isIncoming(qemu: Qemu): boolean {
    return this.copies.some((copy) => copy.arrived === qemu && copy.stage !== "over");
  }

  /** libvirt's speed limit and its job's abort, both commands to the source's libvirtd. */
  admit(node: string): void {
    for (const copy of this.copies) if (copy.source.node === node && copy.stage === "creeping") copy.stage = "copying";
  }

  abort(node: string): void {
    for (const copy of this.copies) if (copy.source.node === node && copy.stage !== "switching") copy.isAborted = true;
  }

  begin(source: string, target: string, answer: (outcome: Outcome) => void): void {
    const { world } = this;
    const qemu = world.host(source).qemu;
    if (qemu === null) return answer(failed("no domain"));
    const generations = [world.host(source).libvirtGeneration, world.host(target).libvirtGeneration] as const;
    const copy: Copy = { source: qemu, target, arrived: null, stage: "creeping", isAborted: false, generations };
    this.copies.push(copy);
    drive(
      this.copying(copy),
      (run) => this.whenBothAnswer(copy, run),
      (outcome) => {
        copy.stage = "over";
        this.copies = this.copies.filter((other) => other !== copy);
        world.changed(target);
        answer(outcome);
      },
    );
  }

  private *copying(copy: Copy): Flow<Outcome> {
    const { world } = this;
    const { source, target } = copy;
    const there = world.host(target);
    const fault = this.next;
    this.next = "none";
    yield this.wait(setUpMs);
    if (!this.healthy(copy)) return failed("the target cannot be reached");
    if (!there.permits(source)) return failed("the target's hook refused");
    if (there.isTaken) return failed("the target runs a domain of that name");
    const { startId, epoch, configVersion } = source;
    const marks = { startId, epoch, configVersion };
    there.startingUp = marks;
    while (!world.storage.ioWorks(target)) {
      yield this.wait(copySliceMs);
      if (!this.healthy(copy)) {
        if (there.startingUp === marks) there.startingUp = null;
        return this.broken(copy);
      }
    }
    if (there.startingUp === marks) there.startingUp = null;
    const arrived = world.open(target, { startId, epoch, configVersion, state: "paused" });
    arrived.bootedAt = source.bootedAt;
    copy.arrived = arrived;
    while (copy.stage === "creeping") {
      yield this.wait(copySliceMs);
      if (!this.healthy(copy)) return this.broken(copy);
    }
    for (let copied = 0; copied < this.copyMs; copied += copySliceMs) {
      yield this.wait(copySliceMs);
      if (!this.healthy(copy)) return this.broken(copy);
    }
    if (fault === "aborts") return this.broken(copy);
    if (fault === "paused-there") return failed("the connection broke at 90 %");
    if (fault === "resumed-there") {
      // libvirt does not do this by itself; an operator's `virsh resume` on the target does.
      world.run(arrived);
      return { result: "unknown", because: "no answer in time" };
    }
    if (fault === "vanishes") {
      world.end(source, "migrated", true);
      world.end(arrived, "failed", true);
      return failed("both ended");
    }
    copy.stage = "switching";
    source.state = "paused";
    source.reason = "migrated";
    world.changed(source.node);
    if (fault === "paused-both") return failed("the connection broke at the switch-over");
    yield this.wait(switchOverMs);
    if (!this.healthy(copy) || !arrived.alive) return this.broken(copy);
    world.run(arrived);
    yield this.wait(switchOverMs);
    if (source.alive && this.healthy(copy)) world.end(source, "migrated", true);
    return { result: "done" };
  }

  /** The source goes on when its vCPUs had not stopped yet. The target's half ends where libvirtd is there to end it. */
  private broken(copy: Copy): Outcome {
    const { world } = this;
    const { arrived, target } = copy;
    world.queue.after(clearsMs, () => {
      if (arrived?.alive === true && arrived.state === "paused" && world.host(target).answers)
        world.end(arrived, "failed", true);
    });
    return failed("the connection broke");
  }

  private healthy(copy: Copy): boolean {
    const { world } = this;
    const here = world.host(copy.source.node);
    const there = world.host(copy.target);
    return (
      here.libvirtGeneration === copy.generations[0] &&
      there.libvirtGeneration === copy.generations[1] &&
      !copy.isAborted &&
      copy.source.alive &&
      (copy.arrived === null || copy.arrived.alive) &&
      world.network.both(here.name, there.name, "ssh")
    );
  }

  /** A hung libvirtd makes both wait; power loss ends the wait, because then the connection breaks. */
  private whenBothAnswer(copy: Copy, run: () => void): void {
    const { world } = this;
    const here = world.host(copy.source.node);
    const there = world.host(copy.target);
    const waits = (here.hangs && here.powered) || (there.hangs && there.powered);
    if (waits && this.healthy(copy)) world.queue.after(copySliceMs, () => this.whenBothAnswer(copy, run));
    else run();
  }

  private wait(milliseconds: number): (resume: () => void) => void {
    return (resume) => this.world.queue.after(this.world.chance.vary(milliseconds), resume);
  }
}
