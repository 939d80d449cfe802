"use client";

import { createTRPCClient, httpBatchStreamLink, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { createTRPCContext, useSubscription } from "@trpc/tanstack-react-query";
import superjson from "superjson";
import type { AppRouter } from "@/server/router";

export { useSubscription };
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

export const trpcPath = "/api/trpc";

/**
 * Queries share a streamed batch, so that a slow one does not hold a fast one. Mutations go one by one: their cookies must be set,
 * and a streamed answer has sent its headers by then. Live data has a stream of its own.
 */
export const createBrowserClient = () =>
  createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: httpSubscriptionLink({ url: trpcPath, transformer: superjson }),
        false: splitLink({
          condition: (operation) => operation.type === "mutation",
          true: httpLink({ url: trpcPath, transformer: superjson }),
          false: httpBatchStreamLink({ url: trpcPath, transformer: superjson }),
        }),
      }),
    ],
  });
