"use client";

import {
  createTRPCClient,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  retryLink,
  splitLink,
} from "@trpc/client";
import { createTRPCContext, useSubscription } from "@trpc/tanstack-react-query";
import superjson, { type SuperJSONResult } from "superjson";
import { reportOfError } from "@/components/client/error-report";
import type { AppRouter } from "@/server/router";

export { useSubscription };
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

export const trpcPath = "/api/trpc";

/** What arrives was made by parsing and is nobody else's: it is unpacked where it is, not copied first, property by property. */
const transformer = {
  input: superjson,
  output: {
    serialize: superjson.serialize,
    deserialize: (packed: SuperJSONResult) => superjson.deserialize(packed, { inPlace: true }),
  },
};

/** Shorter: a panel that is starting is asked more often than it can answer. Longer: the page stands still after the panel is back. */
const resubscribeAfterMs = 500;

/**
 * A browser comes back by itself to a stream that broke off, but gives up for good when a proxy answers in the panel's place: then it is
 * asked for anew, from the last number seen. Queries share a streamed batch, so that a slow one does not hold a fast one. Mutations go one by one: their cookies must be set,
 * and a streamed answer has sent its headers by then.
 */
export const createBrowserClient = () =>
  createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: [
          retryLink({
            // A refusal is an answer.
            retry: ({ error }) => reportOfError(error) === null,
            retryDelayMs: () => resubscribeAfterMs,
          }),
          httpSubscriptionLink({ url: trpcPath, transformer }),
        ],
        false: splitLink({
          condition: (operation) => operation.type === "mutation",
          true: httpLink({ url: trpcPath, transformer }),
          false: httpBatchStreamLink({ url: trpcPath, transformer }),
        }),
      }),
    ],
  });
