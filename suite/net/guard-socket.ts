import { createConnection, createServer, type Server } from "node:net";
import { rm } from "node:fs/promises";
import { z } from "zod";
import { AppError, errorReportSchema } from "@/contract/errors";
import { netDecisionSchema } from "@/contract/net-apply";
import { changeFateSchema } from "@/contract/net-ballot";
import { monotonicMs, pause } from "@/suite/system/clock";

/** How the commands of this node talk to its guard: one line of JSON each way. Only root can open it. */
const socketPath = "/run/zsha-net-guard.sock";
/** systemd starts the guard in a second; an emulated node beside others took half a minute. Longer: a guard that cannot start is reported late. */
const startWaitMs = 45_000;
const startPollMs = 100;

export const guardRequestSchema = z.discriminatedUnion("do", [
  z.object({ do: z.literal("status") }),
  z.object({ do: z.literal("change") }),
  z.object({ do: z.literal("decide"), prefer: changeFateSchema }),
]);
export type GuardRequest = z.infer<typeof guardRequestSchema>;

export const guardAnswerSchema = z.object({
  change: z.string(),
  phase: z.enum(["armed", "changed", "undone"]),
  fate: changeFateSchema.nullable(),
  /** Peers that answered just now. */
  heard: z.array(z.string()).default([]),
  decision: netDecisionSchema.nullable().default(null),
});
export type GuardAnswer = z.infer<typeof guardAnswerSchema>;
const replySchema = z.union([z.object({ answer: guardAnswerSchema }), z.object({ error: errorReportSchema })]);

export async function serveGuard(answer: (request: GuardRequest) => Promise<unknown>): Promise<Server> {
  await rm(socketPath, { force: true });
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
    server.listen(socketPath, () => resolve());
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
    const socket = createConnection(socketPath);
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
        const reply = replySchema.parse(JSON.parse(text));
        if ("answer" in reply) return resolve(reply.answer);
        const { code, detail, facts, advice } = reply.error;
        reject(new AppError(code, detail, { facts, ...(advice === undefined ? {} : { advice }) }));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}
