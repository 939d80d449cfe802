"use client";

import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC, useTRPCClient } from "@/components/client/trpc";
import type { Me } from "@/components/run/me";
import { RunView } from "@/components/run/run-view";
import { saveText } from "@/components/shell/save-text";
import { useErrorText } from "@/components/shell/error-report";
import { PageHeader } from "@/components/shell/page-header";
import { TimeAge } from "@/components/shell/time-age";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { buttonStyles } from "@/components/ui/button-styles";
import { Skeleton } from "@/components/ui/skeleton";
import { noHistory } from "@/contract/run-history";

export function RunPage({ runId, me }: { runId: string; me: Me }) {
  const t = useTranslations("run");
  const shell = useTranslations("shell");
  const errorText = useErrorText();
  // The plan never changes; everything that does comes over the stream.
  const trpc = useTRPC();
  const run = useQuery(trpc.run.get.queryOptions({ runId }, { staleTime: Number.POSITIVE_INFINITY }));
  const history = useQuery(trpc.run.history.queryOptions({ runId }, { staleTime: Number.POSITIVE_INFINITY }));

  // The plan never changes: what was read once stays, also when it cannot be read again.
  if (run.data === undefined && run.error !== null)
    return (
      <Banner
        tone="failed"
        title={shell("error.title")}
        actions={<Button onClick={() => void run.refetch()}>{shell("error.retry")}</Button>}
      >
        {errorText(run.error)}
      </Banner>
    );
  if (run.data === undefined)
    return (
      <div aria-busy aria-label={shell("loading")} className="flex flex-col gap-3">
        <Skeleton className="h-7 w-64" />
        <Skeleton className="h-2 w-full" />
        <Skeleton className="h-96 w-full" />
      </div>
    );
  const { kind, clusterName, actor, createdAt, plan, lastSeq } = run.data;

  return (
    <div className="print-wide">
      <PageHeader
        title={`${shell(`runKind.${kind}`)} · ${clusterName}`}
        note={
          <>
            {t("startedBy", { actor })} <TimeAge at={createdAt.toISOString()} />
          </>
        }
        actions={
          <>
            <Link href={paths.procedure(kind)} className={buttonStyles({ variant: "secondary" })}>
              {t("aboutProcedure")}
            </Link>
            <a href={paths.runLog(runId)} download className={buttonStyles({ variant: "secondary" })}>
              <Download aria-hidden />
              {t("rawLog")}
            </a>
            <ReportButton runId={runId} clusterName={clusterName} />
          </>
        }
      />
      <RunView runId={runId} plan={plan} knownSeq={lastSeq} me={me} history={history.data ?? noHistory} />
    </div>
  );
}

function ReportButton({ runId, clusterName }: { runId: string; clusterName: string }) {
  const t = useTranslations("run");
  const client = useTRPCClient();
  const errorText = useErrorText();
  const [state, setState] = useState<{ pending: boolean; error: string | null }>({ pending: false, error: null });
  const download = (): void => {
    setState({ pending: true, error: null });
    client.run.report
      .query({ runId })
      .then((text) => {
        saveText(`trivet-${clusterName}-${runId.slice(0, 8)}.md`, text);
        setState({ pending: false, error: null });
      })
      .catch((error: unknown) => setState({ pending: false, error: errorText(error) }));
  };
  return (
    <>
      {state.error !== null && <span className="text-failed">{state.error}</span>}
      <Button pending={state.pending} onClick={download}>
        <Download aria-hidden />
        {t("report")}
      </Button>
    </>
  );
}
