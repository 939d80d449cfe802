import type { NodeRecord } from "@/contract/consul-keys";
import { decide } from "@/suite/core/decide";
import type { Action } from "@/suite/core/deed";
import { memoryOf, nodeRecordOf, ownerRecordOf, permitOf } from "@/suite/core/projections";
import type { ConsulSeen, DomainSeen } from "@/suite/core/seen";
import { known, unknown } from "@/suite/core/seen";
import { perform } from "@/suite/core/simulation/sim-deeds";
import type { World } from "@/suite/core/simulation/world";
import type { Event, HistoryDraft, State } from "@/suite/core/state";
import { initialState } from "@/suite/core/state";

const httpTimeoutMs = 2_500;
const renewEveryMs = 3_000;
const canaryEveryMs = 10_000;
const canaryDeadlineMs = 5_000;

/** One zshad: the real reducer between simulated Consul, Ceph and libvirt. */
export class SimNode {
  state: State;
  running = false;
  frozen = false;
  session: string | null = null;
  libvirtAnswers = true;
  obstacles: string[] = [];
  readonly history: HistoryDraft[] = [];
  private life = 0;
  private lastRecord = "";
  private consulPending = false;
  private domainPending = false;

  constructor(
    readonly name: string,
    readonly world: World,
  ) {
    this.state = initialState(this.settings(), 0);
  }

  start(remembered: State["remembered"]): void {
    this.life += 1;
    this.running = true;
    this.frozen = false;
    this.state = initialState(this.settings(), this.now, remembered);
    const life = this.life;
    this.every(life, 1_000, () => this.dispatch({ type: "tick" }));
    this.every(life, 1_000, () => this.readDomain());
    this.every(life, 2_000, () => this.readConsul());
    this.every(life, renewEveryMs, () => this.renew());
    this.every(life, canaryEveryMs, () => this.canary());
    this.dispatch({ type: "host", obstacles: this.obstacles });
  }

  /** kill -9 or power loss: only the file in /run survives, and only the former. */
  stop(): State["remembered"] {
    this.running = false;
    this.life += 1;
    return memoryOf(this.state);
  }

  get now(): number {
    return this.world.queue.now;
  }

  get alive(): boolean {
    return this.running && !this.frozen;
  }

  dispatch(event: Event): void {
    if (!this.alive) return;
    const { state, actions, history, sentence } = decide(this.state, event, this.now);
    this.state = state;
    if (sentence !== null) this.world.log(this.name, sentence);
    this.history.push(...history);
    this.publish();
    for (const action of actions) this.begin(action);
  }

  readDomain(): void {
    if (!this.alive || this.domainPending) return;
    this.domainPending = true;
    const at = this.now;
    const life = this.life;
    const answer = (): void => {
      this.domainPending = false;
      if (life !== this.life) return;
      const reading = this.libvirtAnswers
        ? known(this.domain(), at)
        : unknown<DomainSeen>("libvirtd does not answer", at);
      this.dispatch({ type: "domain", reading });
    };
    this.world.queue.after(this.libvirtAnswers ? 40 : 3_000, answer);
  }

  domain(): DomainSeen {
    const qemu = this.world.qemuOn(this.name);
    if (qemu === null) {
      return {
        state: "absent",
        reason: this.world.lastEnd.get(this.name) ?? "other",
        epoch: null,
        startId: null,
        configVersion: null,
      };
    }
    return { state: qemu.state, reason: qemu.reason, epoch: qemu.epoch, startId: qemu.startId, configVersion: null };
  }

  readConsul(): void {
    if (!this.alive || this.consulPending) return;
    this.consulPending = true;
    const life = this.life;
    const serves = this.world.consul.serves(this.name);
    this.world.queue.after(serves ? 20 : httpTimeoutMs, () => {
      this.consulPending = false;
      if (life !== this.life) return;
      const still = this.world.consul.serves(this.name);
      // As the daemon does: a vanished session is replaced at once, not at the next renewal.
      if (still && this.session !== null && !this.world.consul.sessions.has(this.session)) this.renew();
      const reading = still
        ? known(this.consulView(), this.now)
        : unknown<ConsulSeen>("no answer from the local agent", this.now);
      this.dispatch({ type: "consul", reading });
    });
  }

  private begin(action: Action): void {
    const life = this.life;
    perform(this.world, this, action.what, (outcome) => {
      if (life !== this.life || !this.running) return;
      // A frozen process finds the answer when it wakes up.
      if (this.frozen) this.world.queue.after(1_000, () => this.answerLate(life, action.id, outcome));
      else this.dispatch({ type: "outcome", id: action.id, outcome });
    });
  }

  private answerLate(life: number, id: number, outcome: Extract<Event, { type: "outcome" }>["outcome"]): void {
    if (life !== this.life || !this.running) return;
    if (this.frozen) this.world.queue.after(1_000, () => this.answerLate(life, id, outcome));
    else this.dispatch({ type: "outcome", id, outcome });
  }

  private renew(): void {
    if (!this.alive || !this.world.consul.serves(this.name)) return;
    const sent = this.now;
    if (this.session !== null && this.world.consul.renew(this.session) === "lost") {
      this.session = null;
      this.dispatch({ type: "lease", lease: { session: null, validUntil: this.now, lost: true } });
    }
    this.session ??= this.world.consul.createSession(this.name);
    this.dispatch({ type: "lease", lease: { session: this.session, validUntil: sent + 10_000, lost: false } });
  }

  private canary(): void {
    if (!this.alive) return;
    const life = this.life;
    const good = this.world.ceph.answers(this.name);
    this.world.queue.after(good ? 200 : canaryDeadlineMs, () => {
      if (life !== this.life) return;
      this.dispatch({ type: "storage", result: good ? "ok" : "failed" });
      if (good) this.dispatch({ type: "blocklist", addresses: this.world.ceph.blocklistEntries() });
    });
  }

  private publish(): void {
    const { consul } = this.world;
    if (this.session === null || !consul.serves(this.name) || !consul.sessions.has(this.session)) return;
    const record: NodeRecord = {
      name: this.name,
      ip: this.name,
      suiteVersion: "sim",
      bootId: "sim",
      at: String(Math.floor(this.now / canaryEveryMs)),
      ...nodeRecordOf(this.state, this.now),
    };
    const text = JSON.stringify(record) + this.session;
    if (text !== this.lastRecord) {
      this.lastRecord = text;
      consul.nodes.set(this.name, { record, session: this.session, changedAt: this.now });
      consul.changed();
    }
    const line = ownerRecordOf(this.state);
    if (line === null || consul.owner.session !== this.session) return;
    const current = consul.owner.record;
    if (
      current !== null &&
      current.epoch === line.epoch &&
      (current.phase !== line.phase || current.clientAddress !== line.clientAddress)
    ) {
      consul.owner = { ...consul.owner, record: { ...current, ...line } };
      consul.changed();
    }
  }

  permitted(startId: string | null, epoch: number | null): boolean {
    const permit = permitOf(this.state);
    return (
      permit !== null &&
      permit.startId === startId &&
      permit.epoch === epoch &&
      (permit.until === null || this.now <= permit.until)
    );
  }

  private consulView(): ConsulSeen {
    const { consul, nodes, ceph } = this.world;
    const fences = [...consul.fences.values()];
    return {
      owner: consul.owner,
      epoch: consul.epoch,
      intent: consul.intent,
      operation: { ...consul.operation, expiresAt: Number(consul.operation.record?.deadline ?? 0) },
      unfinishedFences: fences
        .filter((fence) => fence.state === "fencing")
        .flatMap((fence) => fence.targets.map((target) => target.address)),
      liftable: fences
        .filter((fence) => fence.state === "fenced")
        .flatMap((fence) =>
          fence.targets.filter((target) => target.node === this.name && ceph.isBlocked(target.address)),
        )
        .map((target) => target.address),
      peers: Object.fromEntries(consul.nodes),
      members: Object.fromEntries(nodes.map((node) => [node.name, consul.member(node.name)])),
    };
  }

  private settings() {
    return { node: this.name, nodes: this.world.names, onLeaseLoss: "keep" } as const;
  }

  private every(life: number, periodMs: number, run: () => void): void {
    const again = (): void => {
      if (life !== this.life) return;
      run();
      this.world.queue.after(periodMs, again);
    };
    again();
  }
}
