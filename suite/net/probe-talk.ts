import { createSocket, type Socket } from "node:dgram";
import { type ProbedFlow, probePort } from "@/contract/net-probe";
import { monotonicMs, pause } from "@/suite/system/clock";

/** Counted datagrams of each size. Fewer: one lost by chance looks like a fault. More: the look takes longer. */
const firstFlowCounts = { small: 5, full: 3 };
/**
 * Seven of eight flows only show whether their cable passes frames, and make up most of the work of a look. Where full ones pass,
 * small ones do: they are sent only after a loss.
 */
const otherFlowCounts = { small: 3, full: 3 };
/** Between two of one flow; closer together a burst is lost that traffic would not be. */
const spacingMs = 40;
/** Between two hellos of a network's first flow while the other side does not listen yet. */
const helloEveryMs = 150;
/** Between two hellos of every other flow: dozens of them, and a dead network must not keep a node busy. */
const otherFlowEveryMs = 600;
/** A flow is dead that stays silent for this long while its peer is heard elsewhere. Shorter: a port that still learns is called dead. */
const silentFlowMs = 4_000;
/** Peers that are heard nowhere are tried on all flows after this: the first flow of each network may be the dead one. */
const firstFlowAloneMs = 2_000;
/** A reply that comes later than this counts as lost; on a slow node, later than so many first replies took, within limits. */
const replyWaitMs = 600;
const replyWaitMaxMs = 3_000;
const slowReplies = 8;
/** Flows that talk at the same time. More: a slow node drowns in its own test, and calls its own lateness loss. */
const flowsAtOnce = 16;
/** A busy node's own part, counted from its first word. Leaving earlier looks like a loss to it. */
const peerWorkMs = 20_000;
/** The last words of a node must reach those that are not finished. */
const farewellMs = 300;
/** IPv4 and UDP headers: what of a packet is not payload. */
const headerBytes = 28;
/** Packets that are tried where the planned MTU does not pass: what ports are usually set to. */
const usualSizes = [1_280, 1_400, 1_450, 1_492, 1_500, 2_000, 4_000, 4_500, 7_000, 8_000, 8_900, 9_000];

/** Waits for it, but no longer; a timer left behind would keep the program alive after its last word. */
async function within(ms: number, event: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([event, pause(ms, over.signal)]);
  over.abort();
}

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
  readonly #pending = new Map<number, (atMs: number | null) => void>();
  readonly #done = new Set<string>();
  /** When peers were heard for the first time: since then they listen. */
  readonly #heardMs = new Map<string, number>();
  readonly #firstWords = new Map<string, PromiseWithResolvers<void>>();
  /** The slowest answer of each peer so far: a node that is slow on one flow is no quicker on the next. */
  readonly #slowestMs = new Map<string, number>();
  #endMs = 0;
  #next = 1;
  #talking = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly own: { node: string; token: string },
    private readonly windowMs: number,
  ) {}

  /** A socket per own address: answers leave from the address that was asked. */
  async open(addresses: readonly string[]): Promise<void> {
    await Promise.all(addresses.map((address) => this.#bind(address)));
  }

  close(): void {
    for (const end of this.#pending.values()) end(null);
    for (const socket of this.#sockets.values()) socket.close();
  }

  async run(plans: readonly FlowPlan[], peers: readonly string[]): Promise<FlowSeen[]> {
    this.#endMs = monotonicMs() + this.windowMs;
    const seen = await Promise.all(plans.map((plan) => this.#flow(plan)));
    await this.#farewell(plans, peers);
    return seen;
  }

  /** A peer that is heard on one flow owes an answer on all of them soon; one that is not may still be starting. */
  #isOver({ to }: FlowPlan): boolean {
    const heardMs = this.#heardMs.get(to);
    if (heardMs === undefined) return monotonicMs() > this.#endMs;
    const slowestMs = this.#slowestMs.get(to) ?? 0;
    return monotonicMs() > heardMs + Math.min(peerWorkMs, Math.max(silentFlowMs, slowestMs * slowReplies));
  }

  #firstWord(peer: string): PromiseWithResolvers<void> {
    const word = this.#firstWords.get(peer) ?? Promise.withResolvers<void>();
    this.#firstWords.set(peer, word);
    return word;
  }

  async #flow(plan: FlowPlan): Promise<FlowSeen> {
    const counts: ProbedFlow = { flow: plan.flow, sent: 0, received: 0, fullSent: 0, fullReceived: 0 };
    const seen: FlowSeen = { plan, counts, rtts: [], largest: null };
    if (plan.flow > 1) await within(firstFlowAloneMs, this.#firstWord(plan.to).promise);
    const hello = await this.#hello(plan);
    if (hello.rtt === null) return { ...seen, counts: { ...counts, sent: hello.sent } };
    const waitMs = Math.min(replyWaitMaxMs, Math.max(replyWaitMs, hello.rtt * slowReplies));
    return await this.#oneOfFew(async () => {
      const isFirst = plan.flow === 0;
      const { small: smallCount, full: fullCount } = isFirst ? firstFlowCounts : otherFlowCounts;
      const series = (count: number, size: number) => this.#series(plan, Array<number>(count).fill(size), waitMs);
      const ofFirst = isFirst ? await series(smallCount, 0) : null;
      const full = await series(fullCount, plan.mtu);
      const passed = full.filter((rtt) => rtt !== null).length;
      const small = ofFirst ?? (passed === fullCount ? full : await series(smallCount, 0));
      const rtts = small.filter((rtt) => rtt !== null);
      counts.sent = small.length;
      counts.received = rtts.length;
      counts.fullSent = fullCount;
      counts.fullReceived = passed;
      return { ...seen, rtts, largest: passed > 0 ? plan.mtu : await this.#largest(plan, waitMs) };
    });
  }

  /** What was sent before the other side listened says nothing about the path, unless it never answered. Late answers count. */
  async #hello(plan: FlowPlan): Promise<{ rtt: number | null; sent: number }> {
    const answer = Promise.withResolvers<number>();
    const hello: { rtt: number | null; sent: number } = { rtt: null, sent: 0 };
    const say = async (): Promise<void> => {
      const rtt = await this.#send(plan, 0, this.windowMs);
      if (rtt === null) return;
      hello.rtt ??= rtt;
      answer.resolve(rtt);
    };
    while (hello.rtt === null && !this.#isOver(plan)) {
      hello.sent += 1;
      void say();
      await within(plan.flow <= 1 ? helloEveryMs : otherFlowEveryMs, answer.promise);
    }
    return hello;
  }

  async #oneOfFew<T>(work: () => Promise<T>): Promise<T> {
    if (this.#talking >= flowsAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#talking += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#talking -= 1;
      else next();
    }
  }

  /** The next one goes when the one before is answered, so that a slow node sets the pace; after a loss they go by the clock. */
  async #series(plan: FlowPlan, sizes: readonly number[], waitMs: number): Promise<(number | null)[]> {
    const replies: Promise<number | null>[] = [];
    let isLossy = false;
    for (const size of sizes) {
      const reply = this.#send(plan, size, waitMs);
      replies.push(reply);
      await pause(spacingMs);
      if (!isLossy) isLossy = (await reply) === null;
    }
    return await Promise.all(replies);
  }

  async #largest(plan: FlowPlan, waitMs: number): Promise<number | null> {
    const sizes = usualSizes.filter((size) => size < plan.mtu);
    const tries = [...sizes, ...sizes];
    const replies = await this.#burst(plan, tries, waitMs);
    const passed = tries.filter((_, at) => replies[at] !== null && replies[at] !== undefined);
    return passed.length === 0 ? null : Math.max(...passed);
  }

  async #burst(plan: FlowPlan, sizes: readonly number[], waitMs: number): Promise<(number | null)[]> {
    const replies: Promise<number | null>[] = [];
    for (const size of sizes) {
      replies.push(this.#send(plan, size, waitMs));
      await pause(spacingMs);
    }
    return await Promise.all(replies);
  }

  /** Milliseconds until the echo of the same size; null: none came. The kernel sets "do not fragment" on UDP by itself. */
  async #send(plan: FlowPlan, size: number, waitMs: number): Promise<number | null> {
    const socket = plan.from === null ? undefined : this.#sockets.get(plan.from);
    if (socket === undefined) return null;
    const id = this.#next++;
    const sentMs = performance.now();
    const answered = Promise.withResolvers<number | null>();
    const late = setTimeout(() => answered.resolve(null), waitMs);
    this.#pending.set(id, (atMs) => answered.resolve(atMs === null ? null : atMs - sentMs));
    socket.send(this.#words({ kind: "probe", id }, size), probePort, plan.ip, (error) => {
      if (error !== null) answered.resolve(null);
    });
    const rtt = await answered.promise;
    clearTimeout(late);
    this.#pending.delete(id);
    if (rtt !== null) this.#slowestMs.set(plan.to, Math.max(rtt, this.#slowestMs.get(plan.to) ?? 0));
    return rtt;
  }

  async #farewell(plans: readonly FlowPlan[], peers: readonly string[]): Promise<void> {
    const reachable = plans.filter(({ flow }) => flow <= 1);
    const say = (): void => {
      for (const { from, ip } of reachable)
        if (from !== null)
          this.#sockets.get(from)?.send(this.#words({ kind: "done", id: 0 }, 0), probePort, ip, () => undefined);
    };
    const isAtWork = (peer: string): boolean => {
      const heardMs = this.#heardMs.get(peer);
      return !this.#done.has(peer) && monotonicMs() < (heardMs === undefined ? this.#endMs : heardMs + peerWorkMs);
    };
    while (peers.some(isAtWork)) {
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
        if (head !== null && !this.#heardMs.has(head.from)) {
          this.#heardMs.set(head.from, monotonicMs());
          this.#firstWord(head.from).resolve();
        }
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
