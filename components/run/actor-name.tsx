"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { PlaceLink } from "@/components/shell/place-link";
import { runOfActor } from "@/contract/run-actor";

/** Who did it: a person's name as it is, a run by its kind and with the way to it. */
export function ActorName({ actor }: { actor: string }) {
  const runId = runOfActor(actor);
  return runId === null ? actor : <RunName runId={runId} />;
}

function RunName({ runId }: { runId: string }) {
  const t = useTranslations("run");
  const shell = useTranslations("shell");
  const trpc = useTRPC();
  // Of another panel, or of one whose database is gone: then only its number is known, and there is nothing to open.
  const run = useQuery(trpc.run.summary.queryOptions({ runId }, { retry: false, staleTime: Number.POSITIVE_INFINITY }));
  const number = runId.slice(0, 8);
  if (run.data === undefined) return <span title={runId}>{t("actorRun", { number })}</span>;
  return (
    <PlaceLink href={paths.run(runId)} title={runId} className="rounded-sm text-accent underline underline-offset-2">
      {shell(`runKind.${run.data.kind}`)}
    </PlaceLink>
  );
}
