import { createServer, type IncomingMessage, request as forward, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import superjson from "superjson";
import type { AppErrorCode } from "@/contract/errors";

/** What a procedure answers instead of the panel. `pending` never does. */
export type Answer = { kind: "data"; value: unknown } | { kind: "refused"; code: AppErrorCode } | { kind: "pending" };

/** One message of a live stream; `id` is the number the browser names when it comes back. */
export interface StreamMessage {
  id: string;
  data: unknown;
}

export interface StreamOpened {
  procedure: string;
  atMs: number;
  /** The last number the browser has seen; null: it comes for the first time. */
  lastId: string | null;
}

const api = "/api/trpc/";

/**
 * Stands before a real panel and answers in its place what a test wants answered: so every state of every page can be had without a
 * cluster in that state. What nobody scripted goes to the panel.
 */
export class FrontDoor {
  readonly #panelPort: number;
  readonly #server = createServer((request, response) => this.#serve(request, response));
  readonly #sockets = new Set<Socket>();
  readonly #streams = new Map<ServerResponse, string>();
  /** Procedure, or "*" for every one that is not named. */
  readonly answers = new Map<string, Answer>();
  /** What a stream sends when it is opened; asked anew each time. */
  readonly streams = new Map<string, (lastId: string | null) => readonly StreamMessage[]>();
  readonly opened: StreamOpened[] = [];
  /** Nobody answers at all, as when the panel is gone. */
  isAway = false;
  /** Added to the time of day every answer carries. */
  clockOffsetMs = 0;

  constructor(panelPort: number) {
    this.#panelPort = panelPort;
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  listen = (port: number): Promise<void> => new Promise((resolve) => this.#server.listen(port, "127.0.0.1", resolve));

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  reset(): void {
    this.answers.clear();
    this.streams.clear();
    this.opened.length = 0;
    this.isAway = false;
    this.clockOffsetMs = 0;
  }

  goAway(): void {
    this.isAway = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** As a proxy that restarts does: every live stream ends, new requests are served. Returns when. */
  cutStreams(): number {
    for (const stream of this.#streams.keys()) stream.destroy();
    this.#streams.clear();
    return performance.now();
  }

  /** One more message on every open stream of this procedure. */
  send(procedure: string, message: StreamMessage): void {
    for (const [stream, of] of this.#streams) if (of === procedure) write(stream, message);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    if (this.isAway) return void request.socket.destroy();
    response.setHeader("date", new Date(Date.now() + this.clockOffsetMs).toUTCString());
    const url = new URL(request.url ?? "/", "http://door");
    if (request.method === "GET" && url.pathname.startsWith(api)) {
      const names = url.pathname.slice(api.length).split(",");
      const [first = ""] = names;
      if (this.streams.has(first)) return this.#stream(first, request, response);
      const scripted = names.map((name) => this.answers.get(name) ?? this.answers.get("*"));
      if (scripted.some((answer) => answer?.kind === "pending")) return;
      if (scripted.every((answer) => answer !== undefined))
        return answerBatch(
          response,
          scripted.flatMap((answer) => (answer === undefined ? [] : [answer])),
        );
      if (scripted.some((answer) => answer !== undefined)) {
        // One answer of both kinds would have to be taken apart: a page's test scripts all of its questions.
        response.statusCode = 500;
        return void response.end(`scripted in part only: ${names.join(", ")}`);
      }
    }
    this.#forward(request, response);
  }

  #stream(procedure: string, request: IncomingMessage, response: ServerResponse): void {
    const header = request.headers["last-event-id"];
    const lastId = typeof header === "string" ? header : null;
    this.opened.push({ procedure, atMs: performance.now(), lastId });
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("retry: 400\n\nevent: connected\ndata: {}\n\n");
    for (const message of this.streams.get(procedure)?.(lastId) ?? []) write(response, message);
    this.#streams.set(response, procedure);
    response.on("close", () => this.#streams.delete(response));
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = request;
    const onward = forward(
      { host: "127.0.0.1", port: this.#panelPort, method, path: url, headers, agent: false },
      (answer) => {
        const { date: _date, ...rest } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, rest);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  }
}

const write = (stream: ServerResponse, { id, data }: StreamMessage): void =>
  void stream.write(`data: ${JSON.stringify(superjson.serialize(data))}\nid: ${id}\n\n`);

/** As the panel streams a batch: one line holds every answer, in the order of the questions. */
function answerBatch(response: ServerResponse, answers: readonly Answer[]): void {
  const line = Object.fromEntries(answers.map((answer, at) => [at, [[resultOf(answer)]]]));
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(superjson.serialize(line))}\n`);
}

function resultOf(answer: Answer): unknown {
  if (answer.kind === "data") return { result: { data: answer.value } };
  if (answer.kind === "pending") return {};
  const detail = `scripted: ${answer.code}`;
  const data = { code: "BAD_REQUEST", httpStatus: 400, report: { code: answer.code, facts: {}, detail } };
  return { error: { message: detail, code: -32_600, data } };
}
