"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { PlannedSteps } from "@/components/deployment/planned-steps";
import { MachineForm } from "@/components/membership/machine-form";
import { useErrorText } from "@/components/shell/error-report";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import type { NewMachine, NodeChangeKind } from "@/contract/node-change";
import type { NodeChangeGuard } from "@/contract/node-change-guards";

export interface ChosenChange {
  kind: NodeChangeKind;
  leaving: readonly string[];
  /** One per machine that comes: the name of its place, null where it gets a new one. */
  joining: readonly (string | null)[];
}

const marks: Record<NodeChangeGuard["state"], MarkState> = { holds: "done", fails: "failed", unknown: "unknown" };
/** The plan is asked for anew this often: each time the machines are read again. */
const planRefreshMs = 15_000;

/** The machines first, then what must hold, also before they are offered, and what would be done with them. */
export function ChangeForm({
  clusterId,
  chosen,
  mayOperate,
}: {
  clusterId: string;
  chosen: ChosenChange;
  mayOperate: boolean;
}) {
  const t = useTranslations("membership");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  const sentence = useSentence();
  const trpc = useTRPC();
  const router = useRouter();
  const { kind, leaving, joining } = chosen;
  const [machines, setMachines] = useState<Readonly<Record<number, NewMachine>>>({});
  const ready = joining.flatMap((_name, at) => machines[at] ?? []);
  const isReady = ready.length === joining.length;
  const wish = { clusterId, kind, leaving: [...leaving], machines: ready };
  const options = { refetchInterval: planRefreshMs, gcTime: 0 };
  const planned = useQuery(trpc.membership.plan.queryOptions(wish, options));
  const start = useMutation(
    trpc.membership.start.mutationOptions({ onSuccess: ({ runId }) => router.push(paths.run(runId)) }),
  );
  const [isAsking, setAsking] = useState(false);
  // One key per visit: a second click, or a repeated request, is the same change.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const plan = planned.data ?? null;
  const subject = leaving.length > 0 ? leaving.join(", ") : ready.map(({ name }) => name).join(", ");
  // Before the machines are offered the number of members afterwards is not known; all else that must hold is.
  const guards = (plan?.guards ?? []).filter(({ code }) => isReady || code !== "odd-number");
  const held = plan?.guards.some(({ state }) => state !== "holds") === true ? t("heldBack") : null;
  const reason = !mayOperate ? t("needsOperator") : !isReady ? t("needsMachine") : plan === null ? t("noPlan") : held;
  const title = t(`kind.${kind}.title`, { subject });
  return (
    <section aria-label={title} className="flex flex-col gap-4">
      {joining.map((name, at) => (
        <MachineForm
          // The places of one change keep their order for as long as the form lives.
          key={name ?? `new-${at + 1}`}
          clusterId={clusterId}
          place={name}
          number={at + 1}
          onMachine={(machine) =>
            setMachines((before) => {
              const { [at]: _old, ...others } = before;
              return machine === null ? others : { ...others, [at]: machine };
            })
          }
        />
      ))}
      {planned.error !== null && (
        <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("noPlan")}>
          {errorText(planned.error)}
        </Banner>
      )}
      <Panel
        title={title}
        flush
        aside={
          <Button variant="danger" disabledReason={reason} onClick={() => setAsking(true)}>
            {t(`kind.${kind}.start`)}
          </Button>
        }
      >
        <p className="border-b border-line px-4 py-2 text-xs">
          <Link href={paths.procedure(kind)} className="text-accent underline underline-offset-2">
            {t("about")}
          </Link>
        </p>
        <ul aria-live="polite" aria-label={t("guards")}>
          {guards.map(({ code, state, sentence: said }) => (
            <li key={code} className="flex flex-col border-line px-4 py-2 not-last:border-b">
              <StateMark state={marks[state]} label={t(`guard.${code}`)} />
              <span className="pl-5 text-xs text-muted">{sentence(said)}</span>
            </li>
          ))}
        </ul>
      </Panel>
      {plan === null && planned.isLoading && <Skeleton className="h-40" />}
      {plan !== null && isReady && <PlannedSteps steps={plan.steps} />}
      {plan !== null && isReady && (
        <ConfirmDialog
          open={isAsking}
          onOpenChange={setAsking}
          danger
          title={title}
          consequence={
            <>
              <p>{t(`kind.${kind}.consequence`, { subject })}</p>
              {start.error !== null && <p className="pt-2 text-failed">{errorText(start.error)}</p>}
            </>
          }
          confirmLabel={t(`kind.${kind}.start`)}
          cancelLabel={shell("cancel")}
          closeLabel={shell("close")}
          pending={start.isPending}
          typed={{
            word: plan.word,
            label: t("typeWord", { word: plan.word }),
            mismatchReason: t("typeMismatch"),
          }}
          onConfirm={() =>
            start.mutate({ ...wish, confirmation: plan.word, factsDigest: plan.factsDigest, idempotencyKey })
          }
        />
      )}
    </section>
  );
}
