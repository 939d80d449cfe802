import { z } from "zod";
import { type Saying, say, type Sentence } from "@/contract/sentence";
import type { ConsulAnswer } from "@/suite/consul/consul-http";
import { consulHttp } from "@/suite/consul/consul-http";

/** Longer than any answer of a healthy agent (20 ms); a leader election makes some block for 2–3 s and is retried. */
const requestTimeoutMs = 2_500;

export interface KvEntry {
  readonly key: string;
  readonly value: string;
  readonly modifyIndex: number;
  readonly session: string | null;
}

const entriesSchema = z.array(
  z.object({ Key: z.string(), Value: z.string().nullable(), ModifyIndex: z.number(), Session: z.string().optional() }),
);

export type TxnVerb =
  | { readonly verb: "set"; readonly key: string; readonly value: string }
  | { readonly verb: "cas"; readonly key: string; readonly value: string; readonly index: number }
  | { readonly verb: "lock" | "unlock"; readonly key: string; readonly value: string; readonly session: string }
  | { readonly verb: "check-index"; readonly key: string; readonly index: number }
  | { readonly verb: "check-not-exists"; readonly key: string }
  | { readonly verb: "check-session"; readonly key: string; readonly session: string };

/** `refused`: Consul looked and said no. `unknown`: it may or may not have happened. */
export type TxnResult =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly because: Sentence }
  | { readonly kind: "unknown"; readonly because: Sentence };

export type ReadResult =
  | { readonly kind: "entries"; readonly entries: readonly KvEntry[]; readonly index: number }
  | { readonly kind: "unknown"; readonly because: Sentence };

const txnErrorsSchema = z.object({ Errors: z.array(z.object({ What: z.string() })).nullable() });

export class ConsulClient {
  constructor(private readonly token: string) {}

  /** All keys below the prefix as the leader has them. */
  async read(prefix: string, options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<ReadResult> {
    const answer = await consulHttp({
      method: "GET",
      path: `/v1/kv/${prefix}?recurse&consistent`,
      token: this.token,
      timeoutMs: options.timeoutMs ?? requestTimeoutMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (answer.kind === "no-answer") return { kind: "unknown", because: answer.reason };
    if (answer.status === 404) return { kind: "entries", entries: [], index: answer.index };
    if (answer.status !== 200) return { kind: "unknown", because: refusal(answer) };
    const entries = entriesSchema.parse(JSON.parse(answer.body)).map((entry) => ({
      key: entry.Key,
      value: Buffer.from(entry.Value ?? "", "base64").toString("utf8"),
      modifyIndex: entry.ModifyIndex,
      session: entry.Session ?? null,
    }));
    return { kind: "entries", entries, index: answer.index };
  }

  /** Waits until this node's own server has something newer than `index`, at most `waitMs`. False: it did not answer. */
  async changed(prefix: string, index: number, waitMs: number, signal: AbortSignal): Promise<boolean> {
    const answer = await consulHttp({
      method: "GET",
      // Index 0 would not wait at all.
      path: `/v1/kv/${prefix}?recurse&stale&index=${Math.max(1, index)}&wait=${Math.ceil(waitMs / 1000)}s`,
      token: this.token,
      // Consul adds up to a sixteenth of the wait as jitter.
      timeoutMs: waitMs * 1.1 + requestTimeoutMs,
      signal,
    });
    return answer.kind === "answer" && (answer.status === 200 || answer.status === 404);
  }

  /** All or nothing. */
  async transact(verbs: readonly TxnVerb[]): Promise<TxnResult> {
    const body = JSON.stringify(verbs.map((verb) => ({ KV: txnBody(verb) })));
    const answer = await this.call("PUT", "/v1/txn", body);
    if (answer.kind === "no-answer") return { kind: "unknown", because: answer.reason };
    if (answer.status === 200) return { kind: "done" };
    if (answer.status !== 409) return { kind: "unknown", because: refusal(answer) };
    const errors = txnErrorsSchema.safeParse(JSON.parse(answer.body));
    const what = errors.success ? (errors.data.Errors ?? []).map((error) => error.What).join("; ") : answer.body;
    return { kind: "refused", because: what.slice(0, 300) };
  }

  /** Writes the key while the session holds it or nobody does. */
  async acquire(key: string, value: string, session: string): Promise<TxnResult> {
    return this.decided(await this.call("PUT", `/v1/kv/${key}?acquire=${session}`, value), say("key-held"));
  }

  async put(key: string, value: string, modifyIndex?: number): Promise<TxnResult> {
    const query = modifyIndex === undefined ? "" : `?cas=${modifyIndex}`;
    return this.decided(await this.call("PUT", `/v1/kv/${key}${query}`, value), say("key-overtaken"));
  }

  async remove(key: string): Promise<TxnResult> {
    return this.decided(await this.call("DELETE", `/v1/kv/${key}`), say("key-not-deleted"));
  }

  /** Lock-delay 0: the fence excludes the old owner, so waiting would only lengthen every failover. */
  async createSession(name: string, ttlSeconds: number): Promise<{ id: string } | { because: Sentence }> {
    const body = { Name: name, TTL: `${ttlSeconds}s`, LockDelay: "0s", Behavior: "release", Checks: ["serfHealth"] };
    const answer = await this.call("PUT", "/v1/session/create", JSON.stringify(body));
    if (answer.kind === "no-answer") return { because: answer.reason };
    if (answer.status !== 200) return { because: refusal(answer) };
    return { id: z.object({ ID: z.string() }).parse(JSON.parse(answer.body)).ID };
  }

  /** One try; a session that is lost shows when it is used. */
  async renewSession(id: string): Promise<void> {
    await this.call("PUT", `/v1/session/renew/${id}`);
  }

  async destroySession(id: string): Promise<void> {
    await this.call("PUT", `/v1/session/destroy/${id}`);
  }

  /** GET of anything that answers JSON; null reason when it answered. */
  async get(path: string, timeoutMs = requestTimeoutMs): Promise<{ value: unknown } | { because: Sentence }> {
    const answer = await consulHttp({ method: "GET", path, token: this.token, timeoutMs });
    if (answer.kind === "no-answer") return { because: answer.reason };
    return answer.status === 200 ? { value: JSON.parse(answer.body) } : { because: refusal(answer) };
  }

  private call(method: "GET" | "PUT" | "DELETE", path: string, body?: string): Promise<ConsulAnswer> {
    return consulHttp({
      method,
      path,
      token: this.token,
      timeoutMs: requestTimeoutMs,
      ...(body === undefined ? {} : { body }),
    });
  }

  private decided(answer: ConsulAnswer, otherwise: Sentence): TxnResult {
    if (answer.kind === "no-answer") return { kind: "unknown", because: answer.reason };
    if (answer.status !== 200) return { kind: "unknown", because: refusal(answer) };
    return answer.body.trim() === "true" ? { kind: "done" } : { kind: "refused", because: otherwise };
  }
}

const refusal = (answer: { status: number; body: string }): Saying =>
  say("consul-answered", { status: answer.status, said: answer.body.trim().slice(0, 200) });

const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");

function txnBody(verb: TxnVerb): Record<string, unknown> {
  const body: Record<string, unknown> = { Verb: verb.verb, Key: verb.key };
  if ("value" in verb) body["Value"] = base64(verb.value);
  if ("session" in verb) body["Session"] = verb.session;
  if ("index" in verb) body["Index"] = verb.index;
  return body;
}
