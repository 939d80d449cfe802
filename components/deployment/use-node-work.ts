"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { useDraft } from "@/components/deployment/draft-provider";
import type { ServerDraft } from "@/components/deployment/draft-saver";
import type { ErrorReport } from "@/contract/errors";

interface NodesAnswer {
  view: ServerDraft;
  outcomes: { nodeId: string; address: string; error: ErrorReport | null }[];
}

/** Deeds on nodes. Each answers per node: the newest error of a node stays beside it until a deed on it succeeds. */
export function useNodeWork() {
  const trpc = useTRPC();
  const { saver, draft } = useDraft();
  const [errors, setErrors] = useState<Readonly<Record<string, ErrorReport>>>({});
  const onSuccess = ({ view, outcomes }: NodesAnswer) => {
    saver.accept(view);
    setErrors((before) => {
      const after = { ...before };
      for (const { nodeId, error } of outcomes) {
        if (error === null) delete after[nodeId];
        else after[nodeId] = error;
      }
      return after;
    });
  };
  const add = useMutation(trpc.deployment.addNodes.mutationOptions({ onSuccess }));
  const probe = useMutation(trpc.deployment.probeNodes.mutationOptions({ onSuccess }));
  const accept = useMutation(trpc.deployment.acceptHostKey.mutationOptions({ onSuccess }));
  const install = useMutation(trpc.deployment.installKey.mutationOptions({ onSuccess }));
  const refresh = useMutation(trpc.deployment.refreshFacts.mutationOptions({ onSuccess }));
  const remove = useMutation(trpc.deployment.removeNode.mutationOptions({ onSuccess: (view) => saver.accept(view) }));
  return { draftId: draft.id, errors, add, probe, accept, install, refresh, remove };
}

export type NodeWork = ReturnType<typeof useNodeWork>;
