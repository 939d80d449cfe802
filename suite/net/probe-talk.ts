import { createSocket, type Socket } from "node:dgram";
import { type ProbedFlow, probePort } from "@/contract/net-probe";
import { monotonicMs, pause } from "@/suite/system/clock";

/** Counted datagrams of each size. Fewer: one lost by chance looks like a fault. More: the look takes longer. */
const smallCount = 5;
const fullCount = 3;
/** Between two of one flow; closer together a burst is lost that traffic would not be. */
const spacingMs = 40;
/** Until the other side listens for the first time. */
const helloMs = 150;
/** A reply that comes later than this counts as lost. */
const replyWaitMs = 600;
/** The last words of a node must reach those that are not finished. */
const farewellMs = 300;
/** IPv4 and UDP headers: what of a packet is not payload. */
const headerBytes = 28;
/** Packets that are tried where the planned MTU does not pass: what ports are usually set to. */
const usualSizes = [1_280, 1_400, 1_450, 1_492, 1_500, 2_000, 4_000, 4_500, 7_000, 8_000, 8_900, 9_000];

/** One flow of one path: from an address of this node to one of a peer. */
export interface FlowPlan {
  network: string;
  to: string;
  flow: number;
  /** Null: this node has no such address now, so nothing can pass. */
  from: string | null;
  ip: string;
  mtu: number;
}

export interface FlowSeen {
  plan: FlowPlan;
  counts: ProbedFlow;
  rtts: number[];
  largest: number | null;
}

interface Head {
  token: string;
  kind: "probe" | "echo" | "done";
  from: string;
  id: number;
}

/** Talks on all flows at once and answers everybody else's, until both sides have counted or the window is over. */
export class ProbeTalk {
  readonly #sockets = new Map<string, Socket>();
  readonly #pending = new Map<number, (atMs: number) => void>();
  readonly #done = new Set<string>();
  #next = 1;

  constructor(
    private readonly own: { node: string; token: string },
    private readonly windowMs: number,
  ) {}

  /** A socket per own address: answers leave from the address that was asked. */
  async open(addresses: readonly string[]): Promise<void> {
    await Promise.all(addresses.map((address) => this.#bind(address)));
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }

  async run(plans: readonly FlowPlan[], peers: readonly string[]): Promise<FlowSeen[]> {
    const endMs = monotonicMs() + this.windowMs;
    const seen = await Promise.all(plans.map((plan) => this.#flow(plan, endMs)));
    await this.#farewell(plans, peers, endMs);
    return seen;
  }

  async #flow(plan: FlowPlan, endMs: number): Promise<FlowSeen> {
    const counts: ProbedFlow = { flow: plan.flow, sent: 0, received: 0, fullSent: 0, fullReceived: 0 };
    const seen: FlowSeen = { plan, counts, rtts: [], largest: null };
    // What was sent before the other side listened says nothing about the path, unless it never answered.
    let hellos = 0;
    while ((await this.#send(plan, 0, helloMs)) === null) {
      hellos += 1;
      if (monotonicMs() > endMs) return { ...seen, counts: { ...counts, sent: hellos } };
      // A flow that cannot even be sent must not spin.
      await pause(helloMs / 3);
    }
    const small = await this.#series(
      plan,
      Array.from({ length: smallCount }, () => 0),
    );
    const rtts = small.filter((rtt) => rtt !== null);
    const full = await this.#series(
      plan,
      Array.from({ length: fullCount }, () => plan.mtu),
    );
    const passed = full.filter((rtt) => rtt !== null).length;
    counts.sent = smallCount;
    counts.received = rtts.length;
    counts.fullSent = fullCount;
    counts.fullReceived = passed;
    return { ...seen, rtts, largest: passed > 0 ? plan.mtu : await this.#largest(plan) };
  }

  async #series(plan: FlowPlan, sizes: readonly number[]): Promise<(number | null)[]> {
    const replies: Promise<number | null>[] = [];
    for (const size of sizes) {
      replies.push(this.#send(plan, size, replyWaitMs));
      await pause(spacingMs);
    }
    return await Promise.all(replies);
  }

  async #largest(plan: FlowPlan): Promise<number | null> {
    const sizes = usualSizes.filter((size) => size < plan.mtu);
    const tries = [...sizes, ...sizes];
    const replies = await this.#series(plan, tries);
    const passed = tries.filter((_, at) => replies[at] !== null && replies[at] !== undefined);
    return passed.length === 0 ? null : Math.max(...passed);
  }

  /** Milliseconds until the echo of the same size; null: none came. The kernel sets "do not fragment" on UDP by itself. */
  async #send(plan: FlowPlan, size: number, waitMs: number): Promise<number | null> {
    const socket = plan.from === null ? undefined : this.#sockets.get(plan.from);
    if (socket === undefined) return null;
    const id = this.#next++;
    const sentMs = performance.now();
    const answered = Promise.withResolvers<number | null>();
    const late = setTimeout(() => answered.resolve(null), waitMs);
    this.#pending.set(id, (atMs) => answered.resolve(atMs - sentMs));
    socket.send(this.#words({ kind: "probe", id }, size), probePort, plan.ip, (error) => {
      if (error !== null) answered.resolve(null);
    });
    const rtt = await answered.promise;
    clearTimeout(late);
    this.#pending.delete(id);
    return rtt;
  }

  async #farewell(plans: readonly FlowPlan[], peers: readonly string[], endMs: number): Promise<void> {
    const reachable = plans.filter(({ flow }) => flow <= 1);
    const say = (): void => {
      for (const { from, ip } of reachable)
        if (from !== null)
          this.#sockets.get(from)?.send(this.#words({ kind: "done", id: 0 }, 0), probePort, ip, () => undefined);
    };
    while (monotonicMs() < endMs && !peers.every((peer) => this.#done.has(peer))) {
      say();
      await pause(spacingMs * 2);
    }
    const untilMs = monotonicMs() + farewellMs;
    while (monotonicMs() < untilMs) {
      say();
      await pause(spacingMs * 2);
    }
  }

  #words(head: Pick<Head, "kind" | "id">, size: number): Buffer {
    const text = Buffer.from(`${JSON.stringify({ token: this.own.token, from: this.own.node, ...head })}\n`);
    return size === 0 ? text : Buffer.concat([text], Math.max(text.length, size - headerBytes));
  }

  #bind(address: string): Promise<void> {
    const socket = createSocket("udp4");
    return new Promise((resolve) => {
      socket.on("error", () => resolve());
      socket.on("message", (data, from) => {
        const head = this.#head(data);
        if (head?.kind === "done") this.#done.add(head.from);
        else if (head?.kind === "echo") this.#pending.get(head.id)?.(performance.now());
        else if (head !== null)
          socket.send(
            this.#words({ kind: "echo", id: head.id }, data.length + headerBytes),
            from.port,
            from.address,
            () => undefined,
          );
      });
      socket.bind(probePort, address, () => {
        this.#sockets.set(address, socket);
        resolve();
      });
    });
  }

  #head(data: Buffer): Head | null {
    try {
      const end = data.indexOf(10);
      const head = JSON.parse(data.toString("utf8", 0, end)) as Head;
      return head.token === this.own.token ? head : null;
    } catch {
      return null;
    }
  }
}
