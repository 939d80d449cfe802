import type { SimNode } from "@/suite/core/simulation/sim-node";

const renewEveryMs = 3_000;
const createEveryMs = 1_000;
const ttlMs = 10_000;

/** This node's one session and the thread that renews it, beside the main thread. */
export class SimLease {
  session: string | null = null;
  private life = 0;
  private renewing = false;
  private creating = false;
  private sleeping: (() => void) | null = null;

  constructor(private readonly node: SimNode) {}

  begin(remembered: string | null): void {
    this.life += 1;
    this.renewing = false;
    this.creating = false;
    this.sleeping = null;
    this.session = remembered;
    if (remembered === null) this.create();
    this.loop(this.life);
  }

  check(): void {
    if (this.session === null) this.create();
    else this.renew();
  }

  wake(): void {
    const { sleeping } = this;
    this.sleeping = null;
    sleeping?.();
  }

  private get stopped(): boolean {
    return this.node.frozen || this.node.renewStarved;
  }

  private loop(life: number): void {
    if (life !== this.life || !this.node.running) return;
    if (this.stopped) {
      this.sleeping = () => this.loop(life);
      return;
    }
    this.renew();
    this.node.world.queue.after(renewEveryMs, () => this.loop(life));
  }

  private renew(): void {
    const { session, life, node } = this;
    if (session === null || this.renewing || this.stopped) return;
    this.renewing = true;
    const sent = node.now;
    const { consul } = node.world;
    consul.request(
      node.name,
      () => consul.renew(session),
      (answer) => {
        if (life !== this.life) return;
        this.renewing = false;
        // The thread must run to read the answer and to say what it read.
        const note = (): void => this.note(session, answer, sent);
        if (this.stopped) this.sleeping ??= () => (note(), this.loop(life));
        else note();
      },
    );
  }

  private note(session: string, answer: "held" | "lost" | null, sent: number): void {
    if (session !== this.session || answer === null) return;
    this.node.awake(() => {
      if (session !== this.session) return;
      if (answer === "held") {
        this.node.dispatch({ type: "lease", lease: { session, validUntil: sent + ttlMs, lost: false } });
        return;
      }
      this.session = null;
      this.node.dispatch({ type: "lease", lease: { session: null, validUntil: this.node.now, lost: true } });
      this.create();
    });
  }

  private create(): void {
    if (this.creating || this.session !== null) return;
    this.creating = true;
    const { life, node } = this;
    const { consul, queue } = node.world;
    const gate = node.awake;
    consul.request(
      node.name,
      () => consul.createSession(node.name),
      (id) =>
        gate(() => {
          if (life !== this.life) return;
          this.creating = false;
          this.session = id;
          if (id === null) queue.after(createEveryMs, () => gate(() => this.create()));
          else this.renew();
        }),
    );
  }
}
