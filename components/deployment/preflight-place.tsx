"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useDraft } from "@/components/deployment/draft-provider";
import { useCheckText } from "@/components/deployment/problem-text";
import { useErrorText } from "@/components/deployment/report-text";
import { useNodeWork } from "@/components/deployment/use-node-work";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import { type PreflightCheckId, type PreflightResult, preflightCheckIds } from "@/contract/preflight";
import { evaluatePreflight } from "@/contract/preflight-checks";

const markOf = (result: PreflightResult): MarkState => {
  if (result.state === "pass") return "done";
  if (result.state === "unknown") return "unknown";
  return result.severity === "hard" ? "failed" : "needs-you";
};

/** Named checks of what was read from the nodes. Running one again reads the nodes it is about again. */
export function PreflightPlace() {
  const t = useTranslations("deployment.preflight");
  const errorText = useErrorText();
  const { draft } = useDraft();
  const work = useNodeWork();
  const results = evaluatePreflight(draft);
  const ids = preflightCheckIds.filter((id) => results.some((result) => result.id === id));
  const attention = ids.filter((id) => results.some((result) => result.id === id && result.state !== "pass"));
  const fine = ids.filter((id) => !attention.includes(id));
  const again = (about: readonly (string | null)[]) => {
    const concerned = draft.nodes.filter(
      (node) => node.keyInstalled && (about.includes(null) || about.includes(node.facts?.hostName ?? "")),
    );
    if (concerned.length > 0) work.refresh.mutate({ draftId: draft.id, nodeIds: concerned.map((node) => node.id) });
  };
  const show = (id: PreflightCheckId) => (
    <Check
      key={id}
      id={id}
      results={results.filter((result) => result.id === id)}
      pending={work.refresh.isPending}
      onAgain={again}
    />
  );
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-muted">{t("summary", { passed: fine.length, total: ids.length })}</p>
        <Button pending={work.refresh.isPending} onClick={() => again([null])}>
          {t("all")}
        </Button>
      </div>
      {work.refresh.error && (
        <p role="alert" className="text-xs text-failed">
          {errorText(work.refresh.error)}
        </p>
      )}
      {attention.length > 0 && (
        <Panel title={t("attention")} flush>
          <ul>{attention.map(show)}</ul>
        </Panel>
      )}
      <Panel title={t("passed")} flush>
        <ul>{fine.map(show)}</ul>
      </Panel>
    </>
  );
}

/** The next place but one decides these: whoever stands here needs a way there although Next is held back. */
const putRightUnderStorage: ReadonlySet<PreflightCheckId> = new Set(["not-a-member-elsewhere", "empty-disk-present"]);

function Check({
  id,
  results,
  pending,
  onAgain,
}: {
  id: PreflightCheckId;
  results: readonly PreflightResult[];
  pending: boolean;
  onAgain: (about: readonly (string | null)[]) => void;
}) {
  const t = useTranslations("deployment.preflight");
  const words = useTranslations("preflight");
  const { draft } = useDraft();
  const say = useCheckText();
  const open = results.filter((result) => result.state !== "pass");
  const shown = open.length > 0 ? open : results;
  const [first] = shown;
  const severity = open.some((result) => result.severity === "hard") ? "hard" : "advice";
  return (
    <li className="grid gap-x-4 gap-y-1 border-b border-line px-4 py-2 last:border-b-0 sm:grid-cols-[14rem_1fr_auto]">
      <span className="flex items-start gap-2 font-medium">
        {say.title(id)}
        {open.length > 0 && (
          <Badge tone={severity === "hard" ? "failed" : "needs-you"}>{words(`severity.${severity}`)}</Badge>
        )}
      </span>
      <div className="min-w-0">
        <ul className="flex flex-col gap-0.5">
          {shown.map((result, at) => (
            <li key={`${result.node ?? ""}-${at}`} className="flex items-baseline gap-2">
              <StateMark state={markOf(result)} label={words(`state.${result.state}`)} labelHidden />
              <span className="min-w-0">
                {result.node !== null && <span className="font-medium">{result.node}: </span>}
                <span className="break-words">{say.finding(result)}</span>
              </span>
            </li>
          ))}
        </ul>
        {open.length > 0 && first !== undefined && (
          <p className="pt-1 text-xs text-muted">
            {say.fix(first)}{" "}
            {putRightUnderStorage.has(id) && (
              <Link href={paths.newCluster("storage", draft.id)} className="text-accent underline underline-offset-2">
                {t("openStorage")}
              </Link>
            )}
          </p>
        )}
      </div>
      {open.length > 0 && (
        <Button
          size="sm"
          variant="quiet"
          pending={pending}
          aria-label={t("againNamed", { check: say.title(id) })}
          onClick={() => onAgain(open.map((result) => result.node))}
        >
          {t("again")}
        </Button>
      )}
    </li>
  );
}
