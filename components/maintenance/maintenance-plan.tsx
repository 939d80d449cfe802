"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { PlannedSteps } from "@/components/deployment/planned-steps";
import { MaintenanceGuardList } from "@/components/cluster/maintenance-guard-list";
import type { ChosenMaintenance } from "@/components/maintenance/maintenance-page";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Panel } from "@/components/ui/panel";
import { RadioCards } from "@/components/ui/radio-cards";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClusterStatus } from "@/contract/cluster-status";
import { type GuestChoice, guestChoices, guestChoiceSchema, wholeCluster } from "@/contract/maintenance";
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
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const router = useRouter();
  const { clusterId } = status;
  const { kind, subject } = chosen;
  const [guests, setGuests] = useState<GuestChoice>("migrate");
  const wish = { clusterId, kind, subject, guests };
  const planned = useQuery(trpc.maintenance.plan.queryOptions(wish, { refetchInterval: planRefreshMs, gcTime: 0 }));
  const start = useMutation(
    trpc.maintenance.start.mutationOptions({ onSuccess: ({ runId }) => router.push(paths.run(runId)) }),
  );
  const [isAsking, setAsking] = useState(false);
  // One key per visit: a second click, or a repeated request, is the same maintenance.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
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
    <section aria-label={title} className="flex flex-col gap-4">
      {planned.error !== null && (
        <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("noPlan")}>
          {errorText(planned.error)}
        </Banner>
      )}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Panel title={title}>
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
        </Panel>
        <Panel
          title={t("guards")}
          flush
          aside={
            <Button variant={takesAway ? "danger" : "primary"} disabledReason={reason} onClick={() => setAsking(true)}>
              {t(`kind.${kind}.start`)}
            </Button>
          }
        >
          <MaintenanceGuardList guards={guards} />
        </Panel>
      </div>
      {plan === null ? planned.isPending && <Skeleton className="h-40" /> : <PlannedSteps steps={plan.steps} />}
      {plan !== null && (
        <ConfirmDialog
          open={isAsking}
          onOpenChange={setAsking}
          danger={takesAway}
          title={title}
          consequence={
            <>
              <p>{t(`kind.${kind}.consequence`, { subject: word })}</p>
              {start.error !== null && <p className="pt-2 text-failed">{errorText(start.error)}</p>}
            </>
          }
          confirmLabel={t(`kind.${kind}.start`)}
          cancelLabel={shell("cancel")}
          closeLabel={shell("close")}
          pending={start.isPending}
          {...(takesAway ? { typed: { word, label: t("typeWord", { word }), mismatchReason: t("typeMismatch") } } : {})}
          onConfirm={() => start.mutate({ ...wish, confirmation: word, factsDigest: plan.factsDigest, idempotencyKey })}
        />
      )}
    </section>
  );
}
