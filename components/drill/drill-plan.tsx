"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "@/components/client/trpc";
import { GuardList } from "@/components/drill/guard-list";
import { ProcedureOrder } from "@/components/procedure/procedure-order";
import { useRunStart } from "@/components/procedure/use-run-start";
import { useTimeText } from "@/components/shell/use-time-text";
import { DefinitionList } from "@/components/ui/definition-list";
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
  const trpc = useTRPC();
  const { clusterId } = status;
  const planned = useQuery(
    trpc.drill.plan.queryOptions({ clusterId, fault }, { refetchInterval: planRefreshMs, gcTime: 0 }),
  );
  const { idempotencyKey, onSuccess } = useRunStart();
  const start = useMutation(trpc.drill.start.mutationOptions({ onSuccess }));
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
    <ProcedureOrder
      title={t(`fault.${fault}.title`)}
      about={{
        title: t("expect"),
        content:
          plan !== null ? (
            <Expectation input={plan.input} />
          ) : planned.isPending ? (
            <Skeleton className="h-40" />
          ) : (
            <p className="text-muted">{t("noPlan")}</p>
          ),
      }}
      guards={{ title: t("guards"), list: <GuardList guards={guards} /> }}
      plan={{ steps: plan?.steps ?? null, isPending: false, error: planned.error, missing: t("noPlan") }}
      start={{
        label: t("run"),
        reason,
        isDanger: true,
        consequence: t(`fault.${fault}.notice`, { seconds: ownerCutSeconds }),
        typed:
          plan === null
            ? null
            : {
                word: plan.input.owner,
                label: t("typeOwner", { node: plan.input.owner }),
                mismatchReason: t("typeMismatch"),
              },
        isPending: start.isPending,
        error: start.error,
        onConfirm: () =>
          plan !== null &&
          start.mutate({
            clusterId,
            fault,
            confirmation: plan.input.owner,
            factsDigest: plan.factsDigest,
            idempotencyKey,
          }),
      }}
    />
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
