"use client";

import { QueryCache, QueryClient, QueryClientProvider, timeoutManager } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { type ReactNode, useState } from "react";
import { timersOnBeat } from "@/components/client/beat";
import { reportOfError } from "@/components/client/error-report";
import { paths } from "@/components/client/paths";
import { createBrowserClient, TRPCProvider } from "@/components/client/trpc";

/**
 * zod tries `new Function` for speed; the content security policy forbids it and the browser would report that as an error. Set where
 * zod looks, before or after it is loaded: importing it here would load it with every page, and most validate nothing.
 */
const zodGlobals: typeof globalThis & { __zod_globalConfig?: { jitless?: boolean } } = globalThis;
zodGlobals.__zod_globalConfig = Object.assign(zodGlobals.__zod_globalConfig ?? {}, { jitless: true });

// On the server nothing is asked again.
if (typeof window !== "undefined") timeoutManager.setTimeoutProvider(timersOnBeat());

/** Lists fetched once serve every page opened within this time; live values come over subscriptions and do not age here. */
const staleTimeMs = 30_000;

/** The session ended meanwhile: sign in and come back. */
function leaveWhenSignedOut(error: unknown): void {
  if (reportOfError(error)?.code !== "not-signed-in") return;
  const here = `${window.location.pathname}${window.location.search}`;
  if (window.location.pathname !== paths.login()) window.location.assign(paths.login(here));
}

const createQueryClient = () =>
  new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: staleTimeMs,
        // A refusal is an answer: only asking again what nobody answered can help.
        retry: (failures, error) => failures < 2 && reportOfError(error) === null,
      },
      mutations: { retry: false, onError: leaveWhenSignedOut },
    },
  });

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
