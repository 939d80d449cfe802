"use client";

import { createTRPCClient, httpBatchStreamLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import superjson from "superjson";
import type { AppRouter } from "@/server/router";

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

export const trpcPath = "/api/trpc";

/** Queries and mutations share a streamed batch, so that a slow one does not hold a fast one; live data has its own stream. */
export const createBrowserClient = () =>
  createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: httpSubscriptionLink({ url: trpcPath, transformer: superjson }),
        false: httpBatchStreamLink({ url: trpcPath, transformer: superjson }),
      }),
    ],
  });
