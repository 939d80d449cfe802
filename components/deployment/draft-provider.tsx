"use client";

import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { reportOfError } from "@/components/client/error-report";
import { useTRPC, useTRPCClient } from "@/components/client/trpc";
import { DraftLoading, DraftUnreadable } from "@/components/deployment/draft-loading";
import { DraftSaver, type SaverSnapshot, type ServerDraft } from "@/components/deployment/draft-saver";
import { FieldProblems } from "@/components/deployment/field-problems";
import { draftProblems } from "@/contract/deployment-problems";
import type { FieldProblem } from "@/contract/preflight";

export interface DraftContext extends SaverSnapshot {
  saver: DraftSaver;
  /** Of the draft as shown, typed but unsaved parts included. */
  problems: readonly FieldProblem[];
}

const Context = createContext<DraftContext | null>(null);

export function useDraft(): DraftContext {
  const context = useContext(Context);
  if (context === null) throw new Error("useDraft() outside <DraftProvider>");
  return context;
}

/** Facts change when somebody else adds a node or a run starts; rarely enough that a look every few seconds will do. */
const lookAgainMs = 5_000;

/** Loads the draft once and keeps it, over all places of the wizard: what is typed survives going from one to the next. */
export function DraftProvider({ draftId, children }: { draftId: string; children: ReactNode }) {
  const trpc = useTRPC();
  const query = useQuery({
    ...trpc.deployment.get.queryOptions({ draftId }),
    refetchInterval: lookAgainMs,
    staleTime: 0,
  });
  if (query.data === undefined) return query.error ? <DraftUnreadable error={query.error} /> : <DraftLoading />;
  return (
    <Loaded key={draftId} server={query.data}>
      {children}
    </Loaded>
  );
}

function Loaded({ server, children }: { server: ServerDraft; children: ReactNode }) {
  const client = useTRPCClient();
  const [saver] = useState(
    () =>
      new DraftSaver(server, {
        send: (patch, base) => client.deployment.patch.mutate({ draftId: server.draft.id, base, patch }),
        isRefusal: (error) => reportOfError(error) !== null,
      }),
  );
  const snapshot = useSyncExternalStore(saver.subscribe, saver.snapshot, saver.snapshot);
  useEffect(() => saver.accept(server), [saver, server]);
  useUnsavedWarning(saver);
  const { draft } = snapshot;
  const problems = useMemo(() => draftProblems(draft), [draft]);
  const value = useMemo(() => ({ ...snapshot, saver, problems }), [snapshot, saver, problems]);
  return (
    <Context.Provider value={value}>
      <FieldProblems value={problems}>{children}</FieldProblems>
    </Context.Provider>
  );
}

/** Sends what waits when the place is left, and lets the browser ask before the window closes on something unsent. */
function useUnsavedWarning(saver: DraftSaver): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (!saver.hasUnsaved) return;
      void saver.flush();
      event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => {
      window.removeEventListener("beforeunload", ask);
      void saver.flush();
    };
  }, [saver]);
}
