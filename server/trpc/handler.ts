import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { formatErrorChain } from "@/lib/error-chain";
import { addressOf } from "@/server/auth/request";
import { sessionOf } from "@/server/auth/session";
import { log } from "@/server/log";
import { trackRequest } from "@/server/process";
import { appRouter } from "@/server/router";
import type { TrpcContext } from "@/server/trpc/context";
import { withReconnectTime } from "@/server/trpc/event-stream";

export function handleTrpc(request: Request): Promise<Response> {
  const responseHeaders = new Headers({ "cache-control": "no-store" });
  const answer = fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext: async (): Promise<TrpcContext> => {
      const session = await sessionOf(request.headers, responseHeaders);
      return {
        actor: session?.actor ?? null,
        sessionId: session?.id ?? null,
        request,
        address: addressOf(request.headers),
        responseHeaders,
      };
    },
    responseMeta: () => ({ headers: responseHeaders }),
    onError: ({ error, path }) => {
      if (error.code !== "INTERNAL_SERVER_ERROR") return;
      log().error(
        { area: "trpc", path, stack: error.cause?.stack ?? error.stack },
        formatErrorChain(error.cause ?? error),
      );
    },
  });
  return trackRequest(answer.then(withReconnectTime));
}
