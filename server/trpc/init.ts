import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { mayAdminister, mayOperate } from "@/contract/account";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { requireOwnPages } from "@/server/auth/request";
import { shutdownSignal } from "@/server/process";
import type { TrpcContext } from "@/server/trpc/context";
import { trpcCodeOf } from "@/server/trpc/error-code";
import { pack } from "@/server/trpc/packed-once";
import { reportOf } from "@/server/trpc/report";
import { endWithShutdown } from "@/server/trpc/subscription";

/** Shorter wastes packets on idle tabs; longer keeps a stream that died without a word on the page as live. */
const ssePingMs = 2_000;
/** Three missed pings. Shorter reconnects on a hiccup; longer shows a dead stream as live. */
const sseReconnectAfterInactivityMs = 6_000;

const t = initTRPC.context<TrpcContext>().create({
  transformer: {
    input: superjson,
    output: { serialize: pack, deserialize: (packed) => superjson.deserialize(packed) },
  },
  isDev: false,
  errorFormatter: ({ shape, error }) => {
    const report = reportOf(error);
    return { ...shape, message: report.detail, data: { ...shape.data, report } };
  },
  sse: {
    ping: { enabled: true, intervalMs: ssePingMs },
    client: { reconnectAfterInactivityMs: sseReconnectAfterInactivityMs },
  },
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Gives AppErrors their tRPC code (`next()` never rejects) and ends every subscription when the panel stops. */
const edge = t.middleware(async ({ ctx, next, type }) => {
  // tRPC takes mutations by POST only, so what merely reads needs no origin.
  if (type === "mutation") requireOwnPages(ctx.request.headers);
  const result = await next();
  if (!result.ok) {
    const { cause } = result.error;
    if (cause instanceof AppError) throw new TRPCError({ code: trpcCodeOf(cause.code), message: cause.message, cause });
    return result;
  }
  if (type === "subscription") return { ...result, data: endWithShutdown(result.data, shutdownSignal()) };
  return result;
});

export const publicProcedure = t.procedure.use(edge);

/** Anybody with an account, viewers too. */
export const signedInProcedure = publicProcedure.use(({ ctx, next }) => {
  const { actor, sessionId } = ctx;
  if (actor === null || sessionId === null) throw new AppError("not-signed-in", say("not-signed-in"));
  return next({ ctx: { ...ctx, actor, sessionId } });
});

/** May change clusters. */
export const operatorProcedure = signedInProcedure.use(({ ctx, next }) => {
  if (!mayOperate(ctx.actor.role)) throw notAllowed("operator", ctx.actor.role);
  return next();
});

/** May change people and the panel itself. */
export const administratorProcedure = signedInProcedure.use(({ ctx, next }) => {
  if (!mayAdminister(ctx.actor.role)) throw notAllowed("administrator", ctx.actor.role);
  return next();
});

const notAllowed = (needed: string, role: string): AppError =>
  new AppError("not-allowed", say("role-needed", { needed, role }), {
    facts: { needed, role },
  });
