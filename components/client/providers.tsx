"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { type ReactNode, useState } from "react";
import { createBrowserClient, TRPCProvider } from "@/components/client/trpc";

/** Lists fetched once serve every page opened within this time; live values come over subscriptions and do not age here. */
const staleTimeMs = 30_000;

const createQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: staleTimeMs,
        // A refusal is an answer: only asking again what nobody answered can help.
        retry: (failures, error) => failures < 2 && !isAnswered(error),
      },
      mutations: { retry: false },
    },
  });

const isAnswered = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "data" in error && error.data !== undefined && error.data !== null;

export function Providers({ children, nonce }: { children: ReactNode; nonce: string | undefined }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(createBrowserClient);
  return (
    <ThemeProvider
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      {...(nonce === undefined ? {} : { nonce })}
    >
      <QueryClientProvider client={queryClient}>
        <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
          {children}
        </TRPCProvider>
      </QueryClientProvider>
    </ThemeProvider>
  );
}
