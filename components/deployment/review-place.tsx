"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useDraft } from "@/components/deployment/draft-provider";
import { useProblemText } from "@/components/deployment/problem-text";
import { useErrorText } from "@/components/deployment/report-text";
import { PlannedSteps } from "@/components/deployment/planned-steps";
import { ReviewSummary } from "@/components/deployment/review-summary";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { buttonStyles } from "@/components/ui/button-styles";
import { Skeleton } from "@/components/ui/skeleton";
import { placeOf } from "@/contract/deployment-problems";
import type { FieldProblem } from "@/contract/preflight";

/** Everything that will be done, as commands per node; each line leads back to where it was decided. */
export function ReviewPlace() {
  const t = useTranslations("deployment.review");
  const trpc = useTRPC();
  const errorText = useErrorText();
  const { draft, server } = useDraft();
  // Its revision is part of the question: another draft is another plan.
  const asked = { draftId: draft.id, revision: server.draft.revision };
  const review = useQuery({ ...trpc.deployment.review.queryOptions(asked), staleTime: 0 });
  return (
    <>
      <ReviewSummary />
      {review.error && (
        <Banner tone="failed" title={t("failed")}>
          {errorText(review.error)}
        </Banner>
      )}
      {review.data === undefined && !review.error && <Skeleton className="h-64" />}
      {review.data?.kind === "blocked" && <Blocked problems={review.data.problems} />}
      {review.data?.kind === "ready" && <PlannedSteps steps={review.data.steps} />}
      {server.run === null ? (
        <Start blocked={review.data?.kind !== "ready"} />
      ) : (
        <div>
          <Link href={paths.run(server.run.id)} className={buttonStyles({ variant: "primary" })}>
            {t("openRun")}
          </Link>
        </div>
      )}
    </>
  );
}

function Blocked({ problems }: { problems: readonly FieldProblem[] }) {
  const t = useTranslations("deployment.review");
  const root = useTranslations("deployment");
  const problemText = useProblemText();
  const { draft } = useDraft();
  return (
    <Banner tone="needs-you" stateLabel={t("needsYou")} title={t("blocked", { count: problems.length })}>
      <ul className="flex flex-col gap-1">
        {problems.map((problem, at) => (
          <li key={`${problem.path} ${problem.code} ${at}`}>
            <Link
              className="font-medium underline underline-offset-2"
              href={paths.newCluster(placeOf(problem), draft.id)}
            >
              {root(`place.${placeOf(problem)}.short`)}
            </Link>
            : {problemText(problem)}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

function Start({ blocked }: { blocked: boolean }) {
  const t = useTranslations("deployment.review");
  const trpc = useTRPC();
  const router = useRouter();
  const errorText = useErrorText();
  const { draft, saver } = useDraft();
  // One key per opening of this page: clicking twice is one start.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const start = useMutation(
    trpc.deployment.start.mutationOptions({ onSuccess: ({ runId }) => router.push(paths.run(runId)) }),
  );
  const run = async () => {
    await saver.flush();
    start.mutate({ draftId: draft.id, idempotencyKey });
  };
  return (
    <section
      className="flex flex-wrap items-center gap-4 rounded-lg border border-line bg-panel p-4"
      aria-label={t("start")}
    >
      <p className="min-w-0 flex-1 text-muted">{t("startHelp")}</p>
      <Button
        variant="primary"
        pending={start.isPending || start.isSuccess}
        disabledReason={blocked ? t("notYet") : null}
        onClick={() => void run()}
      >
        {t("start")}
      </Button>
      {start.error && (
        <p role="alert" className="w-full text-xs text-failed">
          {errorText(start.error)}
        </p>
      )}
    </section>
  );
}
