import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import { type Answer, ConsulCalls } from "@/server/adapters/consul/consul-calls";
import { TunnelAgent } from "@/server/adapters/consul/tunnel-agent";
import type { ConsulEntry, ConsulMemberEntry, ConsulStore, MembersView, WatchState } from "@/server/ports/consul-store";
import type { RunLockStore } from "@/server/ports/run-lock-store";
import type { RemoteHost } from "@/server/ports/remote-host";

const consulPort = 8500;
/** Each answer confirms what is shown; with the grace below, a dead node is noticed within 7.5 s. Shorter costs requests. */
const waitSeconds = 5;
/** After a failure. Longer shows a recovered cluster late; shorter hammers one that elects a leader. */
const backOffMostMs = 1_000;
/** A key written in a loop must not make the panel read in a loop; still well inside 300 ms from change to browser. */
const betweenAnswersMs = 20;

interface Followed<T> {
  /** Answers when something has changed since that index, or after the wait. */
  look(calls: ConsulCalls, index: number, signal: AbortSignal): Promise<Answer<T>>;
  tell(value: T): void;
  tellsEveryAnswer: boolean;
  /** What a node knows by itself, without a leader; null: nothing. */
  alone: ((calls: ConsulCalls) => Promise<T>) | null;
}

export interface ConsulOverSshOptions {
  /** In the order they are tried. */
  hosts: readonly RemoteHost[];
  /** The ACL token as this node's files have it; null when there are no ACLs. */
  readToken: (host: RemoteHost) => Promise<string | null>;
}

/** A cluster's Consul through whichever node answers. Keeps to one node until it fails. */
export class ConsulOverSsh implements ConsulStore {
  #position = 0;
  readonly #calls = new Map<string, Promise<ConsulCalls>>();

  constructor(private readonly options: ConsulOverSshOptions) {}

  get(key: string): Promise<ConsulEntry | null> {
    return this.#anywhere((calls) => calls.get(key));
  }

  async list(prefix: string): Promise<ConsulEntry[]> {
    return (await this.#anywhere((calls) => calls.list(prefix))).value;
  }

  /** Tried once: a write whose answer was lost may have happened, and a second one would then be refused as stale. */
  async put(key: string, value: string, modifyIndex: number): Promise<boolean> {
    // A read first moves on to a node that answers, so that the write is not spent on finding out.
    await this.#anywhere((calls) => calls.leader());
    const host = this.#current();
    try {
      return await (await this.#callsTo(host)).put(key, value, modifyIndex);
    } catch (error) {
      throw this.#failure(error, host);
    }
  }

  /** Unlike `put` these may be repeated: a session that acquires twice holds once, and one nobody knows of expires. */
  lock(key: string): RunLockStore {
    return {
      read: () => this.get(key),
      createSession: (ttlSeconds) => this.#anywhere((calls) => calls.createSession(`lock of ${key}`, ttlSeconds)),
      renewSession: (session) => this.#anywhere((calls) => calls.renewSession(session)),
      destroySession: (session) => this.#anywhere((calls) => calls.destroySession(session)),
      acquire: (value, session) => this.#anywhere((calls) => calls.acquire(key, value, session)),
    };
  }

  members(): Promise<ConsulMemberEntry[]> {
    return this.#anywhere((calls) => calls.members());
  }

  leader(): Promise<string | null> {
    return this.#anywhere((calls) => calls.leader());
  }

  watch(
    prefix: string,
    options: { signal: AbortSignal; onEntries: (entries: ConsulEntry[]) => void; onState: WatchState },
  ): void {
    void this.#follow(options, {
      look: (calls, index, signal) => calls.list(prefix, { index, waitSeconds, signal }),
      tell: options.onEntries,
      tellsEveryAnswer: false,
      alone: null,
    });
  }

  watchMembers(options: { signal: AbortSignal; onMembers: (view: MembersView) => void; onState: WatchState }): void {
    const ownView = async (calls: ConsulCalls): Promise<MembersView> => {
      const [members, leader] = await Promise.all([calls.members(), calls.leader()]);
      return { members, leader };
    };
    void this.#follow(options, {
      look: async (calls, index, signal) => {
        const changed = await calls.healthChange({ index, waitSeconds, signal });
        return { index: changed, value: await ownView(calls) };
      },
      tell: options.onMembers,
      // The leader and gossip's opinion move without the index.
      tellsEveryAnswer: true,
      alone: ownView,
    });
  }

  async #follow<T>(
    options: { signal: AbortSignal; onState: WatchState },
    { look, tell, tellsEveryAnswer, alone }: Followed<T>,
  ): Promise<void> {
    const { signal } = options;
    let index = 0;
    let failures = 0;
    while (!signal.aborted) {
      const host = this.#current();
      try {
        const answer = await look(await this.#callsTo(host), index, signal);
        if (signal.aborted) return;
        failures = 0;
        const isNew = answer.index !== index;
        if (isNew || tellsEveryAnswer) tell(answer.value);
        options.onState("live", null);
        // An index that went back means a restored or another server: everything it says is new.
        index = answer.index < index || answer.index < 1 ? 0 : answer.index;
        // Index 0 does not block: without a pause this would be a busy loop.
        await sleep(index === 0 ? backOffMostMs : betweenAnswersMs, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (failures >= this.options.hosts.length && alone !== null) await this.#tellAlone(host, error, alone, tell);
        if (signal.aborted) return;
        this.#leave(host);
        // Indexes of two servers may differ; the first answer of the next one is taken whole.
        index = 0;
        // One lost answer while another node is there is not worth a word; silence from all of them is.
        if (failures >= this.options.hosts.length) {
          const failed = this.#failure(error, host);
          options.onState("unreachable", failed.saying ?? failed.message);
        }
        const pauseMs = Math.min(backOffMostMs, 50 * 2 ** failures) * Math.random();
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** No node has found a leader: what gossip tells this one is then all there is. A node cut off from others that have one never comes to this. */
  async #tellAlone<T>(
    host: RemoteHost,
    error: unknown,
    alone: (calls: ConsulCalls) => Promise<T>,
    tell: (value: T) => void,
  ): Promise<void> {
    if (this.#failure(error, host).code === "node-unreachable") return;
    try {
      tell(await alone(await this.#callsTo(host)));
    } catch {
      // Silent here too: the next node is asked.
    }
  }

  async #anywhere<T>(ask: (calls: ConsulCalls) => Promise<T>): Promise<T> {
    let last: unknown;
    for (const _ of this.options.hosts) {
      const host = this.#current();
      try {
        return await ask(await this.#callsTo(host));
      } catch (error) {
        last = this.#failure(error, host);
        this.#leave(host);
      }
    }
    throw last ?? new AppError("consul-unreachable", say("consul-no-nodes"));
  }

  #current(): RemoteHost {
    const host = this.options.hosts[this.#position % this.options.hosts.length];
    if (host === undefined) throw new AppError("consul-unreachable", say("consul-no-nodes"));
    return host;
  }

  /** Moves on, once, however many requests failed on the same node. */
  #leave(host: RemoteHost): void {
    this.#calls.delete(host.node);
    if (this.#current() === host) this.#position += 1;
  }

  #callsTo(host: RemoteHost): Promise<ConsulCalls> {
    const known = this.#calls.get(host.node);
    if (known) return known;
    const made = this.options
      .readToken(host)
      .then((token) => new ConsulCalls(new TunnelAgent(host, { host: "127.0.0.1", port: consulPort }), token));
    this.#calls.set(host.node, made);
    made.catch(() => this.#calls.delete(host.node));
    return made;
  }

  #failure(error: unknown, host: RemoteHost): AppError {
    if (error instanceof AppError) return error;
    const reason = formatErrorChain(error);
    const noLeader = /no cluster leader/i.test(reason) || statusOf(error) === 500;
    const facts = { node: host.node, reason };
    if (noLeader)
      return new AppError("consul-no-leader", say("consul-leaderless-on", { node: host.node, said: reason }), {
        facts,
        advice: say("consul-needs-majority"),
        cause: error,
      });
    return new AppError("consul-unreachable", say("consul-silent-on", { node: host.node, said: reason }), {
      facts,
      advice: say("consul-look-at-service"),
      cause: error,
    });
  }
}

const statusOf = (error: unknown): number | null =>
  error instanceof Error && "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : null;
