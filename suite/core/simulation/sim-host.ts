import type { Outcome } from "@/suite/core/deed";
import type { Permit } from "@/suite/core/projections";
import type { DomainSeen } from "@/suite/core/seen";
import type { Flow } from "@/suite/core/simulation/flow";
import { drive } from "@/suite/core/simulation/flow";
import type { Qemu } from "@/suite/core/simulation/sim-image";
import type { World } from "@/suite/core/simulation/world";
import type { State } from "@/suite/core/state";

/** virsh gives up; libvirtd goes on and may finish later. */
const createTimeoutMs = 60_000;
const destroyTimeoutMs = 20_000;
const restartMs = 3_000;
/** SIGTERM, then ten seconds, then SIGKILL, when QEMU hangs on its storage. */
const destroyStuckMs = 10_000;
const pollMs = 500;

export interface Marks {
  readonly startId: string | null;
  readonly epoch: number | null;
  readonly configVersion: number | null;
}

/** How the next starts on a host go wrong. */
export type StartFault = "none" | "fails" | "fails-after-open" | "hook-missing";

const failed = (because: string): Outcome => ({ result: "failed", because });

/** One machine: power, `/run`, libvirtd, hook, QEMU. Everything of it survives a killed zshad, nothing a power cut. */
export class SimHost {
  powered = true;
  /** Grows with every boot and every restart of libvirtd: what was under way then is over. */
  private boot = 0;
  private libvirtd = 0;
  hangs = false;
  private restarting = false;
  /** `virsh event` lost its connection: only the periodic look sees a change. */
  eventsLost = false;
  startFault: StartFault = "none";
  startTakesMs = 250;
  /** The last moment at which a process here stood still. */
  heldUpUntil = Number.NEGATIVE_INFINITY;
  guestObeys = true;
  lastEnd: DomainSeen["reason"] = "other";
  /** In libvirt's list, its QEMU not there yet. */
  startingUp: Marks | null = null;
  /** `/run/zsha`. */
  files: { memory: State["remembered"]; session: string | null; permit: Permit | null; revoked: number } = emptyFiles();

  constructor(
    readonly name: string,
    private readonly world: World,
  ) {}

  get qemu(): Qemu | null {
    return this.world.alive.find((qemu) => qemu.node === this.name) ?? null;
  }

  /** One domain of a name per libvirtd. */
  get isTaken(): boolean {
    return this.qemu !== null || this.startingUp !== null;
  }

  get answers(): boolean {
    return this.powered && !this.hangs && !this.restarting;
  }

  /** The hook reads one file. It knows neither Consul nor whether zshad lives. */
  permits(marks: Pick<Marks, "startId" | "epoch">): boolean {
    const { permit } = this.files;
    if (this.startFault === "hook-missing") return true;
    if (permit === null || permit.startId !== marks.startId || permit.epoch !== marks.epoch) return false;
    return permit.until === null || this.world.queue.now <= permit.until;
  }

  domain(): DomainSeen {
    const { qemu, startingUp } = this;
    // In libvirt's list from the moment a start begins.
    if (qemu === null && startingUp !== null) return { state: "paused", reason: "other", ...startingUp };
    if (qemu === null)
      return { state: "absent", reason: this.lastEnd, epoch: null, startId: null, configVersion: null };
    const { state, reason, epoch, startId, configVersion } = qemu;
    return { state, reason, epoch, startId, configVersion };
  }

  create(marks: Marks, paused: boolean, answer: (outcome: Outcome) => void): void {
    const once = this.atMost(createTimeoutMs, answer);
    drive(this.creating(marks, paused), this.gate(once), once);
  }

  private *creating(marks: Marks, paused: boolean): Flow<Outcome> {
    const { world } = this;
    yield this.wait(50);
    if (!this.permits(marks)) return failed("the hook refused: no permit");
    if (this.isTaken) return failed("domain is already active");
    if (this.startFault === "fails") return failed("QEMU exited at once");
    this.startingUp = marks;
    while (!world.storage.ioWorks(this.name)) yield this.wait(pollMs);
    // Six times a minute is no start any more, and no heal would end it.
    yield this.wait(Math.min(world.chance.vary(this.startTakesMs), Math.max(2 * this.startTakesMs, 1_500)));
    this.startingUp = null;
    if (world.folderLocked(this.name)) return failed("Failed to get write lock on the image");
    const qemu = world.open(this.name, { ...marks, state: paused ? "paused" : "running" });
    world.witness.started(qemu);
    yield this.wait(world.chance.vary(250));
    if (this.startFault === "fails-after-open" || !this.permits(marks)) {
      world.end(qemu, "failed", true);
      return failed(
        this.startFault === "fails-after-open" ? "QEMU exited after a moment" : "the hook refused: no permit",
      );
    }
    return qemu.alive ? { result: "done" } : failed("QEMU exited while starting");
  }

  /** By hand, without a permit and around the hook. */
  intrude(): void {
    this.world.open(this.name, { startId: null, epoch: null, configVersion: null, state: "running" });
  }

  destroy(answer: (outcome: Outcome) => void): void {
    const once = this.atMost(destroyTimeoutMs, answer);
    drive(this.destroying(), this.gate(once), once);
  }

  private *destroying(): Flow<Outcome> {
    const { qemu, world } = this;
    // A start under way holds the domain's job until it ends.
    while (this.startingUp !== null) yield this.wait(pollMs);
    if (qemu === null && this.qemu === null) return { result: "done" };
    if (qemu === null) return yield* this.destroying();
    const stuck = qemu.frozen || !world.storage.ioWorks(this.name);
    yield this.wait(stuck ? destroyStuckMs : world.chance.vary(500));
    if (qemu.alive) world.end(qemu, "destroyed", !stuck);
    return { result: "done" };
  }

  resume(answer: (outcome: Outcome) => void): void {
    const once = this.atMost(restartMs, answer);
    drive(this.resuming(), this.gate(once), once);
  }

  private *resuming(): Flow<Outcome> {
    yield this.wait(this.world.chance.vary(150));
    const { qemu } = this;
    if (qemu === null) return failed("no domain");
    this.world.run(qemu);
    return { result: "done" };
  }

  /** The guest shuts down by itself some time after it was asked. */
  askOff(answer: (outcome: Outcome) => void): void {
    if (!this.answers)
      return this.world.queue.after(8_000, () => answer({ result: "unknown", because: "libvirtd does not answer" }));
    const { qemu } = this;
    this.world.queue.after(200, () => answer({ result: "done" }));
    if (qemu === null || qemu.state !== "running" || qemu.frozen || !this.guestObeys) return;
    this.world.queue.after(2_400, () => {
      if (qemu.state === "running" && !qemu.frozen && this.world.storage.ioWorks(this.name))
        this.world.end(qemu, "shutdown", true);
    });
  }

  /** libvirtd's own restart: the hook may refuse the reconnect, which kills QEMU, and half-arrived migrations are cleared. */
  restartLibvirt(): void {
    this.libvirtd += 1;
    this.startingUp = null;
    this.restarting = true;
    this.hangs = false;
    const { libvirtd } = this;
    this.world.queue.after(restartMs, () => {
      if (libvirtd !== this.libvirtd) return;
      this.restarting = false;
      const { qemu } = this;
      const revoked = qemu !== null && qemu.epoch !== null && qemu.epoch <= this.files.revoked;
      if (qemu !== null && (revoked || this.world.migrations.isIncoming(qemu))) this.world.end(qemu, "failed", true);
    });
  }

  get libvirtGeneration(): number {
    return this.libvirtd;
  }

  powerOff(): void {
    this.powered = false;
    this.boot += 1;
    this.libvirtd += 1;
    this.startingUp = null;
    this.restarting = false;
    this.hangs = false;
    this.files = emptyFiles();
    const { qemu } = this;
    if (qemu !== null) this.world.end(qemu, "failed", false);
    this.lastEnd = "other";
  }

  private wait(milliseconds: number): (resume: () => void) => void {
    return (resume) => this.world.queue.after(milliseconds, resume);
  }

  /** A hung libvirtd does its work later; a restarted one has forgotten it. */
  private gate(answer: (outcome: Outcome) => void): (run: () => void) => void {
    const { boot, libvirtd } = this;
    const gate = (run: () => void): void => {
      if (boot !== this.boot) return;
      if (libvirtd !== this.libvirtd) return answer(failed("libvirtd closed the connection"));
      if (!this.hangs) return run();
      this.heldUpUntil = this.world.queue.now + pollMs;
      this.world.queue.after(pollMs, () => gate(run));
    };
    return gate;
  }

  private atMost(limitMs: number, answer: (outcome: Outcome) => void): (outcome: Outcome) => void {
    let answered = false;
    const once = (outcome: Outcome): void => {
      if (answered) return;
      answered = true;
      answer(outcome);
    };
    this.world.queue.after(limitMs, () => once({ result: "unknown", because: "libvirtd does not answer" }));
    return once;
  }
}

function emptyFiles(): SimHost["files"] {
  return { memory: null, session: null, permit: null, revoked: 0 };
}
