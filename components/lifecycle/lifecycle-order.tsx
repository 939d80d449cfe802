"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { PlannedSteps } from "@/components/deployment/planned-steps";
import { LifecycleGuardList } from "@/components/lifecycle/lifecycle-guard-list";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import type { LifecycleWish } from "@/contract/lifecycle";

export interface LifecycleOrderProps {
  clusterId: string;
  wish: LifecycleWish;
  mayOperate: boolean;
  /** What is chosen, above the plan. */
  children?: ReactNode;
}

/** The plan is asked for anew this often: a standby may fall away while one reads. */
const planRefreshMs = 10_000;

/** What would be done, what must hold for it, and the button; the same for everything that is asked of a whole cluster. */
export function LifecycleOrder({ clusterId, wish, mayOperate, children }: LifecycleOrderProps) {
  const t = useTranslations("lifecycle");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const router = useRouter();
  const { kind } = wish;
  const planned = useQuery(
    trpc.lifecycle.plan.queryOptions({ clusterId, wish }, { refetchInterval: planRefreshMs, gcTime: 0 }),
  );
  const start = useMutation(
    trpc.lifecycle.start.mutationOptions({ onSuccess: ({ runId }) => router.push(paths.run(runId)) }),
  );
  const [isAsking, setAsking] = useState(false);
  // One key per visit: a second click, or a repeated request, is the same run.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const guards = planned.data?.guards ?? [];
  const plan = planned.data?.plan ?? null;
  const word = planned.data?.word ?? null;
  const isDanger = kind === "uninstall-suite";
  const isOpen = guards.some(({ state }) => state !== "holds");
  const reason = !mayOperate ? t("needsOperator") : isOpen ? t("heldBack") : plan === null ? t("noPlan") : null;
  const title = t(`kind.${kind}.title`);
  return (
    <section aria-label={title} className="flex flex-col gap-4">
      {planned.error !== null && (
        <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("noPlan")}>
          {errorText(planned.error)}
        </Banner>
      )}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Panel title={title}>
          <div className="flex flex-col gap-3">
            <p>{t(`kind.${kind}.what`)}</p>
            {children}
          </div>
        </Panel>
        <Panel
          title={t("guards")}
          flush
          aside={
            <Button variant={isDanger ? "danger" : "primary"} disabledReason={reason} onClick={() => setAsking(true)}>
              {t(`kind.${kind}.start`)}
            </Button>
          }
        >
          {planned.isPending ? <Skeleton className="m-4 h-24" /> : <LifecycleGuardList guards={guards} />}
        </Panel>
      </div>
      {plan !== null && <PlannedSteps steps={plan.steps} />}
      {plan !== null && (
        <ConfirmDialog
          open={isAsking}
          onOpenChange={setAsking}
          danger={isDanger}
          title={title}
          consequence={
            <>
              <p>{t(`kind.${kind}.consequence`)}</p>
              {start.error !== null && <p className="pt-2 text-failed">{errorText(start.error)}</p>}
            </>
          }
          confirmLabel={t(`kind.${kind}.start`)}
          cancelLabel={shell("cancel")}
          closeLabel={shell("close")}
          pending={start.isPending}
          {...(word === null
            ? {}
            : { typed: { word, label: t("typeWord", { word }), mismatchReason: t("typeMismatch") } })}
          onConfirm={() =>
            start.mutate({ clusterId, wish, confirmation: word ?? "", factsDigest: plan.factsDigest, idempotencyKey })
          }
        />
      )}
    </section>
  );
}
