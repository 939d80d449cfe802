import { request } from "node:http";
import { AppError } from "@/contract/errors";

/** Absolute, because a request to an agent that lost its leader blocks instead of failing; longer than any answer seen. */
const requestTimeoutMs = 5_000;

export interface ConsulAnswer {
  status: number;
  body: string;
  index: number;
}

/** One request to this node's own agent. Only what setting up, exporting and importing need; the daemon has its own client. */
export function consulRequest(
  method: "GET" | "PUT" | "DELETE",
  path: string,
  options: { token: string; body?: string },
): Promise<ConsulAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(
        new AppError("consul-unreachable", `Consul on this node did not answer ${method} ${path.split("?")[0]}`, {
          cause,
          advice: 'See "systemctl status consul" and "journalctl -u consul".',
        }),
      );
    const call = request(
      {
        host: "127.0.0.1",
        port: 8500,
        method,
        path,
        headers: { "X-Consul-Token": options.token },
        signal: AbortSignal.timeout(requestTimeoutMs),
        agent: false,
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => (body += text));
        response.on("error", fail);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body, index: Number(response.headers["x-consul-index"] ?? 0) }),
        );
      },
    );
    call.on("error", fail);
    call.end(options.body);
  });
}

/** As consulRequest, with anything but 200 as an error that says what Consul answered. */
export async function consulCall(
  method: "GET" | "PUT" | "DELETE",
  path: string,
  options: { token: string; body?: string },
): Promise<ConsulAnswer> {
  const answer = await consulRequest(method, path, options);
  if (answer.status === 200) return answer;
  const noLeader = answer.body.includes("No cluster leader");
  throw new AppError(
    noLeader ? "consul-no-leader" : "command-failed",
    `Consul answered ${answer.status} to ${method} ${path.split("?")[0]}: ${answer.body.slice(0, 200)}`,
    noLeader ? { advice: "A majority of the nodes must be up and reach each other on ports 8300-8301." } : {},
  );
}
