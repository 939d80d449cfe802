"use client";

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { LifecycleGuardList } from "@/components/lifecycle/lifecycle-guard-list";
import { ProcedureOrder } from "@/components/procedure/procedure-order";
import { useRunStart } from "@/components/procedure/use-run-start";
import { Skeleton } from "@/components/ui/skeleton";
import type { LifecycleWish } from "@/contract/lifecycle";

export interface LifecycleOrderProps {
  clusterId: string;
  wish: LifecycleWish;
  mayOperate: boolean;
  /** Why it cannot be started just now, beyond what the server says. */
  heldBack?: string | null;
  /** What is chosen, above the plan. */
  children?: ReactNode;
}

/** The plan is asked for anew this often: a standby may fall away while one reads. */
const planRefreshMs = 10_000;

/** What would be done, what must hold for it, and the button; the same for everything that is asked of a whole cluster. */
export function LifecycleOrder({ clusterId, wish, mayOperate, heldBack = null, children }: LifecycleOrderProps) {
  const t = useTranslations("lifecycle");
  const trpc = useTRPC();
  const { kind } = wish;
  const planned = useQuery(
    trpc.lifecycle.plan.queryOptions(
      { clusterId, wish },
      // The plan of a moment ago stays until the next one is there: it would blink with every change of the wish.
      { refetchInterval: planRefreshMs, gcTime: 0, placeholderData: keepPreviousData },
    ),
  );
  const { idempotencyKey, onSuccess } = useRunStart();
  const start = useMutation(trpc.lifecycle.start.mutationOptions({ onSuccess }));
  const guards = planned.data?.guards ?? [];
  const plan = planned.data?.plan ?? null;
  const word = planned.data?.word ?? null;
  const isOpen = guards.some(({ state }) => state !== "holds");
  const reason = whyNot();
  function whyNot(): string | null {
    if (!mayOperate) return t("needsOperator");
    if (heldBack !== null) return heldBack;
    if (planned.isPlaceholderData) return t("asking");
    if (isOpen) return t("heldBack");
    return plan === null ? t("noPlan") : null;
  }
  return (
    <ProcedureOrder
      title={t(`kind.${kind}.title`)}
      about={{
        title: t(`kind.${kind}.title`),
        content: (
          <div className="flex flex-col gap-3">
            <p>{t(`kind.${kind}.what`)}</p>
            <Link href={paths.procedure(kind)} className="text-accent underline underline-offset-2">
              {t("about")}
            </Link>
            {children}
          </div>
        ),
      }}
      guards={{
        title: t("guards"),
        list: planned.isPending ? <Skeleton className="m-4 h-24" /> : <LifecycleGuardList guards={guards} />,
      }}
      plan={{ steps: plan?.steps ?? null, isPending: false, error: planned.error, missing: t("noPlan") }}
      start={{
        label: t(`kind.${kind}.start`),
        reason,
        isDanger: kind === "uninstall-suite",
        consequence: t(`kind.${kind}.consequence`),
        typed: word === null ? null : { word, label: t("typeWord", { word }), mismatchReason: t("typeMismatch") },
        isPending: start.isPending,
        error: start.error,
        onConfirm: () =>
          plan !== null &&
          start.mutate({ clusterId, wish, confirmation: word ?? "", factsDigest: plan.factsDigest, idempotencyKey }),
      }}
    />
  );
}
