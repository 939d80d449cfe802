"use client";

import { useTranslations } from "next-intl";
import { useSentence } from "@/components/shell/use-sentence";
import type { ClusterEvent } from "@/contract/event";
import { type EventWords, eventWords, kindName } from "@/contract/event-words";

export interface SayEvent {
  (event: Pick<ClusterEvent, "kind" | "facts">): EventWords;
  kind(kind: ClusterEvent["kind"]): string;
}

export function useEventWords(): SayEvent {
  const t = useTranslations();
  const sentence = useSentence();
  return Object.assign((event: Pick<ClusterEvent, "kind" | "facts">) => eventWords(t, sentence.fact, event), {
    kind: (kind: ClusterEvent["kind"]) => kindName(t, kind),
  });
}
