import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ScriptedPort } from "@/testing/scripted-cluster/scripted-server";

interface Entry {
  value: string;
  modifyIndex: number;
  session: string | null;
}

/**
 * As much of Consul's HTTP interface as the panel uses, shared by all nodes of a scripted cluster: KV with check-and-set and locks,
 * sessions (which end only when told), blocking queries with an index, members, leader. With a token set, a request without it is refused as Consul does.
 */
export class ScriptedConsul {
  readonly #entries = new Map<string, Entry>();
  readonly #members = new Map<string, { address: string; status: number }>();
  readonly #sessions = new Set<string>();
  readonly #http: Server;
  #waiting = new Set<() => void>();
  #index = 1;
  #healthIndex = 1;
  leader: string | null = "127.0.0.1:8300";
  readonly requests: string[] = [];

  constructor(
    members: readonly { name: string; address: string }[],
    private readonly token: string | null = null,
  ) {
    for (const { name, address } of members) this.#members.set(name, { address, status: 1 });
    this.#http = createServer((request, response) => void this.#answer(request, response));
  }

  /** What to put behind port 8500 of each node. */
  get port(): ScriptedPort {
    return (connection: Duplex) => {
      const nothing = () => connection;
      this.#http.emit(
        "connection",
        Object.assign(connection, { setTimeout: nothing, setNoDelay: nothing, setKeepAlive: nothing }),
      );
    };
  }

  put(key: string, value: unknown, session: string | null = null): void {
    this.#entries.set(key, {
      value: typeof value === "string" ? value : JSON.stringify(value),
      modifyIndex: (this.#index += 1),
      session,
    });
    this.#changed();
  }

  delete(key: string): void {
    if (this.#entries.delete(key)) this.#index += 1;
    this.#changed();
  }

  setMember(name: string, status: "alive" | "leaving" | "left" | "failed"): void {
    const member = this.#members.get(name);
    if (member) member.status = ["", "alive", "leaving", "left", "failed"].indexOf(status);
    this.#healthIndex += 1;
    this.#changed();
  }

  /** As after a restore: indexes start low again. */
  resetIndex(): void {
    this.#index = 1;
    for (const entry of this.#entries.values()) entry.modifyIndex = 1;
    this.#changed();
  }

  #changed(): void {
    for (const wake of this.#waiting) wake();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://consul");
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    if (this.token !== null && request.headers["x-consul-token"] !== this.token)
      return send(response, 403, "Permission denied", 0);
    if (this.leader === null && !url.pathname.startsWith("/v1/agent/") && url.pathname !== "/v1/status/leader")
      return send(response, 500, "No cluster leader", 0);
    const [, , area, ...rest] = url.pathname.split("/");
    if (area === "session") return this.#session(response, rest[0] ?? "", rest[1] ?? "");
    if (area === "kv") return this.#kv(request, response, decodeURIComponent(rest.join("/")), url.searchParams);
    if (url.pathname === "/v1/status/leader") return send(response, 200, this.leader ?? "", this.#index);
    if (url.pathname === "/v1/agent/members") return send(response, 200, this.#memberList(), this.#index);
    if (area === "health") {
      await this.#block(url.searchParams, () => this.#healthIndex);
      return send(response, 200, [], this.#healthIndex);
    }
    return send(response, 404, "", 0);
  }

  #session(response: ServerResponse, verb: string, id: string): void {
    if (verb === "create") {
      const made = randomUUID();
      this.#sessions.add(made);
      return send(response, 200, { ID: made }, this.#index);
    }
    if (verb === "renew" && !this.#sessions.has(id)) return send(response, 404, "Session id not found", this.#index);
    if (verb === "destroy") this.endSession(id);
    return send(response, 200, [], this.#index);
  }

  /** As when its time to live is over: what it held is free, and keeps its value. */
  endSession(id: string): void {
    this.#sessions.delete(id);
    for (const [key, entry] of this.#entries) if (entry.session === id) this.put(key, entry.value);
  }

  async #kv(request: IncomingMessage, response: ServerResponse, key: string, query: URLSearchParams): Promise<void> {
    if (request.method === "PUT") {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const cas = query.get("cas");
      const session = query.get("acquire");
      const found = this.#entries.get(key);
      if (session !== null && !this.#sessions.has(session)) return send(response, 500, "invalid session", this.#index);
      const isHeld = session !== null && (found?.session ?? session) !== session;
      const refused = isHeld || (cas !== null && Number(cas) !== (found?.modifyIndex ?? 0));
      if (!refused) this.put(key, Buffer.concat(chunks).toString(), session);
      return send(response, 200, !refused, this.#index);
    }
    await this.#block(query, () => this.#index);
    const found = [...this.#entries].filter(([name]) => (query.has("recurse") ? name.startsWith(key) : name === key));
    if (found.length === 0) return send(response, 404, "", this.#index);
    const body = found.map(([name, entry]) => ({
      Key: name,
      Value: Buffer.from(entry.value).toString("base64"),
      ModifyIndex: entry.modifyIndex,
      ...(entry.session === null ? {} : { Session: entry.session }),
    }));
    return send(response, 200, body, this.#index);
  }

  /** Like the real one: an index that is ahead of ours answers at once. */
  async #block(query: URLSearchParams, index: () => number): Promise<void> {
    const asked = Number(query.get("index") ?? 0);
    if (asked === 0 || asked !== index()) return;
    const waitMs = Number.parseFloat(query.get("wait") ?? "300") * 1000;
    await new Promise<void>((resolve) => {
      const wake = () => {
        if (index() === asked) return;
        done();
      };
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      timer.unref();
      this.#waiting.add(wake);
    });
  }

  #memberList() {
    return [...this.#members].map(([name, { address, status }]) => ({
      Name: name,
      Addr: address,
      Status: status,
      Tags: { role: "consul", build: "1.20.0", vsn: "2", dc: "dc1" },
    }));
  }
}

function send(response: ServerResponse, status: number, body: unknown, index: number): void {
  const isText = typeof body === "string" && status !== 200;
  response.writeHead(status, {
    "content-type": isText ? "text/plain" : "application/json",
    "x-consul-index": String(index),
  });
  response.end(isText ? body : JSON.stringify(body));
}
