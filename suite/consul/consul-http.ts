import { request } from "node:http";
import { type Saying, say } from "@/contract/sentence";

/**
 * One request to this node's own agent. The deadline is absolute: an agent that lost its leader blocks instead of
 * failing, and a kept-alive socket to a dead agent would wait for minutes.
 */
export type ConsulAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly body: string; readonly index: number }
  | { readonly kind: "no-answer"; readonly reason: Saying };

export interface ConsulRequest {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly path: string;
  readonly token: string;
  readonly timeoutMs: number;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export function consulHttp(call: ConsulRequest): Promise<ConsulAnswer> {
  return new Promise((resolve) => {
    const deadline = AbortSignal.timeout(call.timeoutMs);
    const signal = call.signal === undefined ? deadline : AbortSignal.any([deadline, call.signal]);
    const fail = (error: Error): void => {
      const reason = deadline.aborted
        ? say("consul-here-late", { seconds: call.timeoutMs / 1000 })
        : say("consul-here-said", { said: error.message });
      resolve({ kind: "no-answer", reason });
    };
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: 8500,
        method: call.method,
        path: call.path,
        headers: { "X-Consul-Token": call.token },
        signal,
        agent: false,
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => {
          body += text;
        });
        response.on("error", fail);
        response.on("end", () => {
          const index = Number(response.headers["x-consul-index"] ?? 0);
          resolve({ kind: "answer", status: response.statusCode ?? 0, body, index });
        });
      },
    );
    outgoing.on("error", fail);
    outgoing.end(call.body);
  });
}
