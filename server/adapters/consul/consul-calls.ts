import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import Consul from "consul";
import { z } from "zod";
import type { TunnelAgent } from "@/server/adapters/consul/tunnel-agent";
import type { ConsulEntry, ConsulMemberEntry } from "@/server/ports/consul-store";

/** Absolute, per request: without one a request to a dead peer waits for ever. An election takes up to 3 s. */
const requestTimeoutMs = 5_000;

export interface BlockingQuery {
  /** 0 = answer at once. */
  index: number;
  waitSeconds: number;
  signal: AbortSignal;
}
export interface Answer<T> {
  index: number;
  value: T;
}

const entrySchema = z.object({
  Key: z.string(),
  Value: z.string().nullish(),
  ModifyIndex: z.number(),
  Session: z.string().optional(),
});
const memberSchema = z.object({
  Name: z.string(),
  Addr: z.string(),
  Status: z.number(),
  Tags: z.record(z.string(), z.string()).nullish(),
});
/** Serf's numbers. */
const memberStates = ["unknown", "alive", "leaving", "left", "failed"] as const;

type Loose = (options: Record<string, unknown>) => Promise<unknown>;

/** One node's Consul agent, with every answer checked. The library's types leave out most options, hence the loose calls. */
export class ConsulCalls {
  readonly #client: Consul;

  constructor(
    agent: TunnelAgent,
    private readonly token: string | null,
  ) {
    // The name shown in errors; no connection is made to this address from here.
    this.#client = new Consul({ host: "127.0.0.1", port: 8500, agent });
  }

  async get(key: string): Promise<ConsulEntry | null> {
    const { value } = await this.#call(this.#client.kv.get.bind(this.#client.kv) as unknown as Loose, {
      key,
      consistent: true,
    });
    return value === undefined || value === null ? null : toEntry(entrySchema.parse(value));
  }

  async list(prefix: string, query?: BlockingQuery): Promise<Answer<ConsulEntry[]>> {
    const get = this.#client.kv.get.bind(this.#client.kv) as unknown as Loose;
    const { index, value } = await this.#call(get, { key: prefix, recurse: true, ...blocking(query) }, query?.signal);
    return {
      index,
      value: z
        .array(entrySchema)
        .parse(value ?? [])
        .map(toEntry),
    };
  }

  async put(key: string, value: string, cas: number): Promise<boolean> {
    const set = this.#client.kv.set.bind(this.#client.kv) as unknown as Loose;
    return (await this.#call(set, { key, value, cas: String(cas) })).value === true;
  }

  /** Bound to no node's health: the panel is on none of them, and a node that dies must not free the lock of a run. */
  async createSession(name: string, ttlSeconds: number): Promise<string> {
    const create = this.#client.session.create.bind(this.#client.session) as unknown as Loose;
    const options = { name, ttl: `${ttlSeconds}s`, lockdelay: "0s", behavior: "release", checks: [] };
    return z.object({ ID: z.string() }).parse((await this.#call(create, options)).value).ID;
  }

  /** False: there is no such session (any more). */
  async renewSession(id: string): Promise<boolean> {
    const renew = this.#client.session.renew.bind(this.#client.session) as unknown as Loose;
    try {
      await this.#call(renew, { id });
      return true;
    } catch (error) {
      if (error instanceof Error && "statusCode" in error && error.statusCode === 404) return false;
      throw error;
    }
  }

  async destroySession(id: string): Promise<void> {
    await this.#call(this.#client.session.destroy.bind(this.#client.session) as unknown as Loose, { id });
  }

  async acquire(key: string, value: string, session: string): Promise<boolean> {
    const set = this.#client.kv.set.bind(this.#client.kv) as unknown as Loose;
    return (await this.#call(set, { key, value, acquire: session })).value === true;
  }

  async members(): Promise<ConsulMemberEntry[]> {
    const { value } = await this.#call(this.#client.agent.members.bind(this.#client.agent) as unknown as Loose, {});
    return z
      .array(memberSchema)
      .parse(value)
      .map(({ Name, Addr, Status, Tags }) => ({
        name: Name,
        address: Addr,
        status: memberStates[Status] ?? "unknown",
        tags: Tags ?? {},
      }));
  }

  async leader(): Promise<string | null> {
    const { value } = await this.#call(this.#client.status.leader.bind(this.#client.status) as unknown as Loose, {});
    return z.string().parse(value) || null;
  }

  /** Returns when any node's health changed, or after the wait. */
  async healthChange(query: BlockingQuery): Promise<number> {
    const state = this.#client.health.state.bind(this.#client.health) as unknown as Loose;
    return (await this.#call(state, { state: "any", ...blocking(query) }, query.signal)).index;
  }

  async #call(call: Loose, options: Record<string, unknown>, signal?: AbortSignal): Promise<Answer<unknown>> {
    const context = Object.assign(new EventEmitter(), { includeResponse: true });
    const cancel = () => context.emit("cancel");
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      signal?.throwIfAborted();
      const token = this.token === null ? {} : { token: this.token };
      const answer = await call({ timeout: requestTimeoutMs, ...token, ...options, ctx: context });
      const [response, value] = Array.isArray(answer)
        ? (answer as [IncomingMessage | undefined, unknown])
        : [undefined, answer];
      return { index: Number(response?.headers["x-consul-index"] ?? 0), value };
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }
}

/** The agent adds up to a sixteenth of the wait; then an answer still has to travel. */
const blocking = (query: BlockingQuery | undefined): Record<string, unknown> =>
  query === undefined
    ? {}
    : { index: String(query.index), wait: `${query.waitSeconds}s`, timeout: query.waitSeconds * 1_100 + 2_000 };

const toEntry = (entry: z.infer<typeof entrySchema>): ConsulEntry => ({
  key: entry.Key,
  value: entry.Value ?? "",
  modifyIndex: entry.ModifyIndex,
  session: entry.Session ?? null,
});
