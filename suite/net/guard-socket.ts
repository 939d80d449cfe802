import { createConnection, createServer, type Server } from "node:net";
import { rm } from "node:fs/promises";
import { AppError } from "@/contract/errors";
import {
  type GuardAnswer,
  guardReplySchema,
  type GuardRequest,
  type GuardTask,
  guardRequestSchema,
  guardSocket,
} from "@/contract/net-guard";
import { monotonicMs, pause } from "@/suite/system/clock";

/** systemd starts the guard in a second; an emulated node beside others took half a minute. Longer: a guard that cannot start is reported late. */
const startWaitMs = 45_000;
const startPollMs = 100;

export async function serveGuard(answer: (task: GuardTask) => Promise<unknown>): Promise<Server> {
  await rm(guardSocket, { force: true });
  const server = createServer((socket) => {
    let text = "";
    socket.setEncoding("utf8");
    socket.on("error", () => undefined);
    socket.on("data", (more: string) => {
      text += more;
      if (!text.includes("\n")) return;
      void Promise.resolve()
        .then(async () => ({ answer: await answer(guardRequestSchema.parse(JSON.parse(text))) }))
        .catch((error: unknown) => ({
          error: error instanceof AppError ? error.report() : { code: "internal", facts: {}, detail: String(error) },
        }))
        .then((reply) => socket.end(`${JSON.stringify(reply)}\n`));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(guardSocket, () => resolve());
  });
  return server;
}

/** `waitMs`: bound of the guard's work. A guard that is just starting is waited for. */
export async function askGuard(request: GuardRequest, waitMs: number): Promise<GuardAnswer> {
  const deadline = monotonicMs() + startWaitMs;
  for (;;) {
    try {
      return await askOnce(request, waitMs);
    } catch (error) {
      if (error instanceof AppError || monotonicMs() > deadline) throw error;
      await pause(startPollMs);
    }
  }
}

function askOnce(request: GuardRequest, waitMs: number): Promise<GuardAnswer> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(guardSocket);
    let text = "";
    socket.setEncoding("utf8");
    socket.setTimeout(waitMs, () => {
      socket.destroy();
      reject(new AppError("timed-out", `the guard of the network change did not answer within ${waitMs / 1000} s`));
    });
    socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (more: string) => (text += more));
    socket.on("error", reject);
    socket.on("end", () => {
      try {
        const reply = guardReplySchema.parse(JSON.parse(text));
        if ("answer" in reply) return resolve(reply.answer);
        const { code, detail, facts, advice } = reply.error;
        reject(new AppError(code, detail, { facts, ...(advice === undefined ? {} : { advice }) }));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}
