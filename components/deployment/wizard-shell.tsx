"use client";

import { useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { DraftProvider } from "@/components/deployment/draft-provider";

/** The draft named in the address, around whichever place is open; without one, the list of drafts. */
export function WizardShell({ children }: { children: ReactNode }) {
  const draftId = useSearchParams().get("draft");
  if (draftId === null) return children;
  return <DraftProvider draftId={draftId}>{children}</DraftProvider>;
}
