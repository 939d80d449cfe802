"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { MaintenanceGuardList } from "@/components/cluster/maintenance-guard-list";
import type { ChosenMaintenance } from "@/components/maintenance/maintenance-page";
import { ProcedureOrder } from "@/components/procedure/procedure-order";
import { useRunStart } from "@/components/procedure/use-run-start";
import { RadioCards } from "@/components/ui/radio-cards";
import type { ClusterStatus } from "@/contract/cluster-status";
import { type GuestChoice, guestChoices, guestChoiceSchema } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { allHold, factsOfStatus, type GuardFacts, maintenanceGuards } from "@/contract/maintenance-guards";

export interface MaintenancePlanProps {
  status: ClusterStatus;
  chosen: ChosenMaintenance;
  mayOperate: boolean;
  beside: Pick<GuardFacts, "activeRun" | "okToStop" | "open">;
}

/** The plan is asked for anew this often: the VM may move while one reads. Guards themselves come from the live stream. */
const planRefreshMs = 10_000;

/** What would be done, what must hold for it, and the button. */
export function MaintenancePlanView({ status, chosen, mayOperate, beside }: MaintenancePlanProps) {
  const t = useTranslations("maintenance");
  const trpc = useTRPC();
  const { clusterId } = status;
  const { kind, subject } = chosen;
  const [guests, setGuests] = useState<GuestChoice>("migrate");
  const wish = { clusterId, kind, subject, guests };
  const planned = useQuery(trpc.maintenance.plan.queryOptions(wish, { refetchInterval: planRefreshMs, gcTime: 0 }));
  const { idempotencyKey, onSuccess } = useRunStart();
  const start = useMutation(trpc.maintenance.start.mutationOptions({ onSuccess }));
  const guards = maintenanceGuards(factsOfStatus(status, beside), { kind, subject });
  const plan = planned.data ?? null;
  const word = subject === wholeCluster ? status.name : subject;
  const takesAway = kind === "node-down" || kind === "cluster-down";
  const reason = !mayOperate
    ? t("needsOperator")
    : !allHold(guards)
      ? t("heldBack")
      : plan === null
        ? t("noPlan")
        : null;
  const title = t(`kind.${kind}.title`, { subject: word });
  return (
    <ProcedureOrder
      title={title}
      about={{
        title,
        content: (
          <>
            <p>{t(`kind.${kind}.what`, { subject: word })}</p>
            <Link href={paths.procedure(kind)} className="text-accent underline underline-offset-2">
              {t("about")}
            </Link>
            {plan?.input.platform.kind === "none" && kind === "node-down" && (
              <RadioCards
                className="pt-3"
                legend={t("guests.legend")}
                value={guests}
                onValueChange={(value) => setGuests(guestChoiceSchema.parse(value))}
                cards={guestChoices.map((value) => ({
                  value,
                  label: t(`guests.${value}.label`),
                  description: t(`guests.${value}.what`),
                }))}
              />
            )}
          </>
        ),
      }}
      guards={{ title: t("guards"), list: <MaintenanceGuardList guards={guards} /> }}
      plan={{
        steps: plan?.steps ?? null,
        isPending: planned.isPending,
        error: planned.error,
        missing: t("noPlan"),
      }}
      start={{
        label: t(`kind.${kind}.start`),
        reason,
        isDanger: takesAway,
        consequence: t(`kind.${kind}.consequence`, { subject: word }),
        typed: takesAway ? { word, label: t("typeWord", { word }), mismatchReason: t("typeMismatch") } : null,
        isPending: start.isPending,
        error: start.error,
        onConfirm: () =>
          plan !== null && start.mutate({ ...wish, confirmation: word, factsDigest: plan.factsDigest, idempotencyKey }),
      }}
    />
  );
}
