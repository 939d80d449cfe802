import { type ReactNode, Suspense } from "react";
import { Texts } from "@/app/texts";
import { DraftLoading } from "@/components/deployment/draft-loading";
import { WizardShell } from "@/components/deployment/wizard-shell";

/** Stays while the places change, and with it the draft that is being typed. */
export default function NewClusterLayout({ children }: { children: ReactNode }) {
  return (
    <Texts areas={["deployment"]}>
      <Suspense fallback={<DraftLoading />}>
        <WizardShell>{children}</WizardShell>
      </Suspense>
    </Texts>
  );
}
