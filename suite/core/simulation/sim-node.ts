import { decide } from "@/suite/core/decide";
import type { Action, Deed } from "@/suite/core/deed";
import type { ConsulSeen, DomainSeen } from "@/suite/core/seen";
import { known, unknown } from "@/suite/core/seen";
import { drive } from "@/suite/core/simulation/flow";
import { performed } from "@/suite/core/simulation/sim-deeds";
import { services } from "@/suite/core/simulation/sim-network";
import type { SimHost } from "@/suite/core/simulation/sim-host";
import type { Kv } from "@/suite/core/simulation/sim-kv";
import { viewOf } from "@/suite/core/simulation/sim-kv";
import { SimLease } from "@/suite/core/simulation/sim-lease";
import { SimPublisher } from "@/suite/core/simulation/sim-publisher";
import type { World } from "@/suite/core/simulation/world";
import type { Event, Settings, State } from "@/suite/core/state";
import { initialState } from "@/suite/core/state";

const tickEveryMs = 1_000;
const domainEveryMs = 2_000;
const domainTookMs = 40;
const libvirtTimeoutMs = 3_000;
const watchTookMs = 15;
/** A blocking query without a change ends after this long. */
const watchEveryMs = 5_000;
const watchRetryMs = 500;
const canaryEveryMs = 10_000;
const canaryRetryMs = 3_000;
const canaryDeadlineMs = 5_000;
const blocklistReadMs = 300;
const busyEveryMs = 1_000;
/** Each node's monotonic clock began at another moment: a time of one node means nothing on another. */
const clockApartMs = 7_000_000;

/** Stops a node's zshad when it is about to begin, or has just finished, the next deed of a kind. */
export interface Trap {
  readonly deed: Deed["deed"];
  readonly when: "before" | "after";
  readonly what: "freeze" | "kill" | "power-off" | "cut";
}

/** One zshad: the real core between simulated Consul, storage and libvirt. */
export class SimNode {
  state: State;
  running = false;
  /** SIGSTOP: both threads. */
  frozen = false;
  /** The main thread gets no CPU, or sits in a long call; renewals go on. */
  mainStarved = false;
  /** Deciding goes on; renewals do not. */
  renewStarved = false;
  wallOffsetMs = 0;
  watchLagMs = 0;
  obstacles: readonly string[] = [];
  traps: Trap[] = [];
  seen: ConsulSeen | null = null;
  /** The keys the last reading was made of: the configuration a start uses. */
  keys: Kv | null = null;
  lifted = new Set<string>();
  readonly lease: SimLease;
  private readonly publisher: SimPublisher;
  private readonly asleep: (() => void)[] = [];
  private life = 0;
  private echoed: { readonly of: string; readonly at: number } | null = null;
  private watchPending = false;
  private domainPending = false;
  private domainAgain = false;
  private readonly clockOffset: number;

  constructor(
    readonly name: string,
    readonly world: World,
    readonly host: SimHost,
  ) {
    this.clockOffset = clockApartMs * (1 + world.names.indexOf(name));
    this.state = initialState(this.settings(), this.now);
    this.lease = new SimLease(this);
    this.publisher = new SimPublisher(this);
  }

  start(): void {
    if (!this.host.powered || this.running) return;
    this.life += 1;
    this.running = true;
    this.asleep.length = 0;
    this.seen = null;
    this.lifted = new Set();
    this.watchPending = false;
    this.domainPending = false;
    const { memory, session } = this.host.files;
    this.state = initialState(this.settings(), this.now, memory);
    this.publisher.reset();
    this.lease.begin(session);
    this.every(
      () => tickEveryMs,
      () => {
        this.echo();
        this.dispatch({ type: "tick" });
      },
    );
    this.every(
      () => domainEveryMs,
      () => this.readDomain(),
    );
    this.watch(this.life);
    this.canary(this.life);
    if (this.world.isFolder)
      this.every(
        () => busyEveryMs,
        () => this.lookAtImage(),
      );
    this.tellObstacles();
  }

  stop(): void {
    this.running = false;
    this.frozen = false;
    this.life += 1;
    this.asleep.length = 0;
  }

  get now(): number {
    return this.world.queue.now + this.clockOffset;
  }

  get wall(): number {
    return this.world.queue.now + this.wallOffsetMs;
  }

  /** The gate of everything this process does: never after its end, not while it sleeps. */
  get awake(): (run: () => void) => void {
    const { life } = this;
    const gate = (run: () => void): void => {
      if (life !== this.life || !this.running) return;
      if (this.frozen || this.mainStarved) this.asleep.push(() => gate(run));
      else run();
    };
    return gate;
  }

  /** After SIGCONT everything that happened meanwhile is found at once, in its order. */
  wake(): void {
    for (const run of this.asleep.splice(0)) run();
    this.lease.wake();
  }

  dispatch(event: Event): void {
    const { state, actions, history, sentence } = decide(this.state, event, this.now);
    this.state = state;
    if (sentence !== null) this.world.log(this.name, sentence);
    this.publisher.publish(state, history);
    for (const action of actions) this.begin(action);
  }

  /** The owner's kernel answers as long as it has power and any packet gets through. */
  private echo(): void {
    const owner = this.seen?.owner.record?.node ?? null;
    if (this.echoed?.of !== owner) this.echoed = null;
    if (owner === null || owner === this.name || !this.world.host(owner).powered) return;
    if (services.some((service) => this.world.network.both(this.name, owner, service)))
      this.echoed = { of: owner, at: this.now };
  }

  tellObstacles(): void {
    this.awake(() => this.dispatch({ type: "host", obstacles: this.obstacles }));
  }

  /** libvirt's event, or the periodic look. */
  readDomain(): void {
    if (!this.running || !this.host.powered) return;
    if (this.domainPending) {
      this.domainAgain = true;
      return;
    }
    this.domainPending = true;
    const { awake, now: at } = this;
    const { host } = this;
    const answers = host.answers;
    this.world.queue.after(answers ? domainTookMs : libvirtTimeoutMs, () => {
      const reading = host.answers ? known(host.domain(), at) : unknown<DomainSeen>("libvirtd does not answer", at);
      awake(() => {
        this.domainPending = false;
        this.dispatch({ type: "domain", reading });
        if (!this.domainAgain) return;
        this.domainAgain = false;
        this.readDomain();
      });
    });
  }

  /** Something below the prefix changed. */
  keysChanged(): void {
    if (!this.running || this.watchPending || !this.world.consul.raft.serves(this.name)) return;
    this.watchPending = true;
    const { life } = this;
    this.world.queue.after(this.world.chance.vary(watchTookMs), () => this.deliver(life));
  }

  private watch(life: number): void {
    if (life !== this.life) return;
    const { world } = this;
    if (world.consul.raft.serves(this.name)) {
      this.deliver(life);
      return world.queue.after(watchEveryMs, () => this.watch(life));
    }
    world.consul.request(
      this.name,
      () => true,
      (answer) => {
        if (life !== this.life) return;
        if (answer === null)
          this.awake(() =>
            this.dispatch({ type: "consul", reading: unknown("no answer from the local agent", this.now) }),
          );
        else this.deliver(life);
        world.queue.after(watchRetryMs, () => this.watch(life));
      },
    );
  }

  private deliver(life: number): void {
    if (life !== this.life) return;
    this.watchPending = false;
    const { consul } = this.world;
    // The answer was on its way when the link broke.
    if (!consul.raft.serves(this.name)) return;
    const late = consul.stateBefore(this.watchLagMs);
    // Readings come through the leader: late, but never older than the one before.
    const keys = this.keys !== null && late.index < this.keys.index ? this.keys : late;
    this.awake(() => {
      this.forgetLifted(this.keys, keys);
      this.keys = keys;
      this.seen = viewOf(keys, {
        node: this.name,
        monotonicMs: this.now,
        wallMs: this.wall,
        members: this.world.membersSeenBy(this.name),
        before: this.seen,
        lifted: this.lifted,
      });
      this.echo();
      this.seen = { ...this.seen, ownerAliveAt: this.echoed?.at ?? null };
      if (this.publisher.lostRegistration(this.seen)) this.lease.check();
      this.dispatch({ type: "consul", reading: known(this.seen, this.now) });
    });
    if (this.watchLagMs > 0 && keys !== consul.kv) this.world.queue.after(this.watchLagMs, () => this.keysChanged());
  }

  /** A fence record written anew may mean an address fenced anew. */
  private forgetLifted(before: Kv | null, after: Kv): void {
    if (before === null || before.fences === after.fences) return;
    for (const fence of after.fences) {
      if (!before.fences.includes(fence)) for (const { address } of fence.targets) this.lifted.delete(address);
    }
  }

  private begin(action: Action): void {
    const answer = (outcome: Extract<Event, { type: "outcome" }>["outcome"]): void => {
      this.spring(action.what.deed, "after");
      this.awake(() => this.dispatch({ type: "outcome", id: action.id, outcome }));
    };
    const gate = this.awake;
    this.world.queue.after(1, () => {
      gate(() => {
        this.spring(action.what.deed, "before");
        gate(() => drive(performed(this, action.what), gate, answer));
      });
    });
  }

  private spring(deed: Deed["deed"], when: Trap["when"]): void {
    const trap = this.traps.find((candidate) => candidate.deed === deed && candidate.when === when);
    if (trap === undefined) return;
    this.traps = this.traps.filter((candidate) => candidate !== trap);
    this.world.spring(this.name, trap.what);
  }

  private canary(life: number): void {
    if (life !== this.life) return;
    const { storage, queue } = this.world;
    const good = storage.ioWorks(this.name) && !storage.full;
    const beganAt = this.now;
    queue.after(good ? storage.readMs(this.name) : canaryDeadlineMs, () => {
      if (life !== this.life) return;
      const ok = good && storage.ioWorks(this.name);
      this.awake(() => {
        this.dispatch({ type: "storage", result: ok ? "ok" : "failed", beganAt });
        if (ok && "run" in this.state.phase) this.readBlocklist(life);
      });
      queue.after(ok ? canaryEveryMs : canaryRetryMs, () => this.canary(life));
    });
  }

  private lookAtImage(): void {
    const { consul } = this.state;
    if (consul.state === "unknown") return;
    const owner = consul.value.owner.record;
    const address = owner !== null && owner.node !== this.name ? owner.clientAddress : null;
    const busy = this.world.folderBusy(this.name, address === null ? [] : [address]);
    this.dispatch({ type: "image", busy });
  }

  private readBlocklist(life: number): void {
    this.world.queue.after(blocklistReadMs, () => {
      if (life !== this.life || !this.world.storage.monitorsAnswer(this.name)) return;
      const addresses = this.world.image.blocklistEntries();
      this.awake(() => this.dispatch({ type: "blocklist", addresses }));
    });
  }

  private settings(): Settings {
    return { node: this.name, nodes: this.world.names, onLeaseLoss: this.world.options.onLeaseLoss };
  }

  private every(periodMs: () => number, run: () => void): void {
    const { life, awake } = this;
    const again = (): void => {
      if (life !== this.life) return;
      awake(() => {
        run();
        this.world.queue.after(periodMs(), again);
      });
    };
    again();
  }
}
