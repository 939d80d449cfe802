import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { appRouter } from "@/server/router";
import type { TrpcContext } from "@/server/trpc/context";

export function handleTrpc(request: Request): Promise<Response> {
  const responseHeaders = new Headers();
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext: (): TrpcContext => ({ actor: null, request, address: null, responseHeaders }),
    responseMeta: () => ({ headers: responseHeaders }),
  });
}
