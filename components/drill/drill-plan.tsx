"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { GuardList } from "@/components/drill/guard-list";
import { PlannedSteps } from "@/components/deployment/planned-steps";
import { useErrorText } from "@/components/shell/error-report";
import { useTimeText } from "@/components/shell/use-time-text";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClusterStatus } from "@/contract/cluster-status";
import { type DrillFault, type DrillInput, ownerCutSeconds } from "@/contract/drill";
import { drillGuards, guardsHold } from "@/contract/drill-guards";

export interface DrillPlanProps {
  status: ClusterStatus;
  fault: DrillFault;
  mayOperate: boolean;
}

/** The plan is asked for anew this often: the owner may change while one reads. Guards themselves come from the live stream. */
const planRefreshMs = 5_000;

export function DrillPlanView({ status, fault, mayOperate }: DrillPlanProps) {
  const t = useTranslations("drill");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const router = useRouter();
  const { clusterId } = status;
  const planned = useQuery(
    trpc.drill.plan.queryOptions({ clusterId, fault }, { refetchInterval: planRefreshMs, gcTime: 0 }),
  );
  const start = useMutation(
    trpc.drill.start.mutationOptions({ onSuccess: ({ runId }) => router.push(paths.run(runId)) }),
  );
  const [isAsking, setAsking] = useState(false);
  // One key per visit: a second click, or a repeated request, is the same drill.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const otherRun = planned.data?.guards.find(({ code, state }) => code === "no-other-run" && state === "fails");
  const activeRun = otherRun?.facts["run"];
  const guards = drillGuards({
    ha: status.ha,
    runLock: status.runLock,
    // A run is named by its id; what else stands in the way is in the status itself.
    activeRun: typeof activeRun === "string" ? activeRun : null,
  });
  const plan = planned.data?.plan ?? null;
  const reason = !mayOperate
    ? t("needsOperator")
    : !guardsHold(guards)
      ? t("heldBack")
      : plan === null
        ? t("noPlan")
        : null;
  return (
    <section aria-label={t(`fault.${fault}.title`)} className="flex flex-col gap-4">
      {planned.error !== null && (
        <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("noPlan")}>
          {errorText(planned.error)}
        </Banner>
      )}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Panel title={t("expect")}>
          {plan !== null ? (
            <Expectation input={plan.input} />
          ) : planned.isPending ? (
            <Skeleton className="h-40" />
          ) : (
            <p className="text-muted">{t("noPlan")}</p>
          )}
        </Panel>
        <Panel
          title={t("guards")}
          flush
          aside={
            <Button variant="danger" disabledReason={reason} onClick={() => setAsking(true)}>
              {t("run")}
            </Button>
          }
        >
          <GuardList guards={guards} />
        </Panel>
      </div>
      {plan !== null && <PlannedSteps steps={plan.steps} />}
      {plan !== null && (
        <ConfirmDialog
          open={isAsking}
          onOpenChange={setAsking}
          danger
          title={t(`fault.${fault}.title`)}
          consequence={
            <>
              <p>{t(`fault.${fault}.notice`, { seconds: ownerCutSeconds })}</p>
              {start.error !== null && <p className="pt-2 text-failed">{errorText(start.error)}</p>}
            </>
          }
          confirmLabel={t("run")}
          cancelLabel={shell("cancel")}
          closeLabel={shell("close")}
          pending={start.isPending}
          typed={{
            word: plan.input.owner,
            label: t("typeOwner", { node: plan.input.owner }),
            mismatchReason: t("typeMismatch"),
          }}
          onConfirm={() =>
            start.mutate({
              clusterId,
              fault,
              confirmation: plan.input.owner,
              factsDigest: plan.factsDigest,
              idempotencyKey,
            })
          }
        />
      )}
    </section>
  );
}

function Expectation({ input }: { input: DrillInput }) {
  const t = useTranslations("drill");
  const { duration } = useTimeText();
  const { fault, owner, standby, promise } = input;
  const items = [
    { key: "where", term: t("where"), value: t(`fault.${fault}.where`, { owner, standby }) },
    { key: "notice", term: t("noticeTerm"), value: t(`fault.${fault}.notice`, { seconds: ownerCutSeconds }) },
    {
      key: "bound",
      term: t("bound"),
      value: (
        <>
          {t(`running.${fault === "daemon-crash" ? "daemon" : "vm"}`, { time: duration(promise.runningSeconds) })}
          <span className="block">
            {promise.silentSeconds === null
              ? t("guestWithin", { time: duration(promise.guestSeconds) })
              : t("silentAtMost", { time: duration(promise.silentSeconds) })}
          </span>
        </>
      ),
    },
    { key: "heal", term: t("healTerm"), value: t(`fault.${fault}.heal`, { seconds: ownerCutSeconds, owner }) },
    { key: "looks", term: t("looksOn"), value: standby },
  ];
  return <DefinitionList items={items} />;
}
