import { createTRPCClient, httpLink, type TRPCClient } from "@trpc/client";
import superjson from "superjson";
import type { AppRouter } from "@/server/router";

export type PanelClient = TRPCClient<AppRouter>;

/** One call of the panel's API. Starting a deployment looks for address conflicts first and takes longest, below a minute. */
const callTimeoutMs = 120_000;

/** The panel's API as a browser uses it: the session cookie is kept, the origin is the panel's own. */
export function panelClient(url: string): PanelClient {
  const cookies = new Map<string, string>();
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/api/trpc`,
        transformer: superjson,
        headers: () => ({
          origin: url,
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        }),
        async fetch(input, init) {
          const { signal, ...rest } = (init ?? {}) as RequestInit;
          const bounded = AbortSignal.any([AbortSignal.timeout(callTimeoutMs), ...(signal ? [signal] : [])]);
          const response = await fetch(input as RequestInfo, { ...rest, signal: bounded });
          for (const line of response.headers.getSetCookie()) {
            const [pair] = line.split(";");
            const [name, ...value] = (pair ?? "").split("=");
            if (name) cookies.set(name.trim(), value.join("="));
          }
          return response;
        },
      }),
    ],
  });
}
