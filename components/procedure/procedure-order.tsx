"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { PlannedSteps } from "@/components/deployment/planned-steps";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ConfirmDialog, type ConfirmDialogProps } from "@/components/ui/confirm-dialog";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import type { PlannedStep } from "@/contract/run";

export interface ProcedureOrderProps {
  title: string;
  /** What it does and what is chosen, beside its guards. */
  about: { title: string; content: ReactNode };
  guards: { title: string; list: ReactNode };
  /** `steps` null: no plan yet, or `error` says why there is none. */
  plan: { steps: readonly PlannedStep[] | null; isPending: boolean; error: unknown; missing: string };
  start: {
    label: string;
    /** Why it cannot be started; null: it can. */
    reason: string | null;
    isDanger: boolean;
    consequence: string;
    typed: NonNullable<ConfirmDialogProps["typed"]> | null;
    isPending: boolean;
    error: unknown;
    onConfirm: () => void;
  };
}

/** What would be done, what must hold for it, and the button: the same for everything that is asked of a cluster. */
export function ProcedureOrder({ title, about, guards, plan, start }: ProcedureOrderProps) {
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const [isAsking, setAsking] = useState(false);
  return (
    <section aria-label={title} className="flex flex-col gap-4">
      {plan.error !== null && (
        <Banner tone="unknown" stateLabel={shell("state.unknown")} title={plan.missing}>
          {errorText(plan.error)}
        </Banner>
      )}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Panel title={about.title}>{about.content}</Panel>
        <Panel
          title={guards.title}
          flush
          aside={
            <Button
              variant={start.isDanger ? "danger" : "primary"}
              disabledReason={start.reason}
              onClick={() => setAsking(true)}
            >
              {start.label}
            </Button>
          }
        >
          {guards.list}
        </Panel>
      </div>
      {plan.steps !== null && <PlannedSteps steps={plan.steps} />}
      {plan.steps === null && plan.isPending && <Skeleton className="h-40" />}
      {plan.steps !== null && (
        <ConfirmDialog
          open={isAsking}
          onOpenChange={setAsking}
          danger={start.isDanger}
          title={title}
          consequence={
            <>
              <p>{start.consequence}</p>
              {start.error !== null && <p className="pt-2 text-failed">{errorText(start.error)}</p>}
            </>
          }
          confirmLabel={start.label}
          cancelLabel={shell("cancel")}
          closeLabel={shell("close")}
          pending={start.isPending}
          {...(start.typed === null ? {} : { typed: start.typed })}
          onConfirm={start.onConfirm}
        />
      )}
    </section>
  );
}
