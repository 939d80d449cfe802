"use client";

import { useTranslations } from "next-intl";
import { useErrorText } from "@/components/shell/error-report";
import { TimeAt } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import type { LogSearchAnswer } from "@/contract/log-search";

export interface SearchOutcomeProps {
  answer: LogSearchAnswer | null;
  error: unknown;
  searching: boolean;
  onOlder: () => void;
  onLive: () => void;
}

/** How far the search looked on each node, and what is not in the list for that reason. */
export function SearchOutcome({ answer, error, searching, onOlder, onLive }: SearchOutcomeProps) {
  const t = useTranslations("logs");
  const shell = useTranslations("shell");
  const sentence = useSentence();
  const errorText = useErrorText();
  const live = (
    <Button size="sm" onClick={onLive}>
      {t("backToLive")}
    </Button>
  );
  if (error !== null && error !== undefined)
    return (
      <Banner tone="failed" title={t("searchFailed")} actions={live} alert>
        {errorText(error)}
      </Banner>
    );
  if (answer === null)
    return searching ? <Progress label={t("searching")} fraction={null} text={t("searching")} /> : null;
  const nodes = Object.entries(answer.nodes);
  const isPartial = nodes.some(([, node]) => node.state === "unknown" || node.value.stopped === "time");
  return (
    <Banner
      tone={isPartial ? "unknown" : "note"}
      stateLabel={shell("state.unknown")}
      title={t("found", { count: answer.lines.length })}
      actions={
        <>
          {answer.moreBeforeMs !== null && (
            <Button size="sm" pending={searching} onClick={onOlder}>
              {t("older")}
            </Button>
          )}
          {live}
        </>
      }
    >
      <ul>
        {nodes.map(([node, search]) => (
          <li key={node}>
            {node}:{" "}
            {search.state === "unknown"
              ? t("nodeNotSearched", { because: sentence(search.reason) })
              : t("nodeSearched", {
                  found: search.value.found,
                  searched: search.value.filesSearched,
                  total: search.value.filesTotal,
                })}
            {search.state === "known" && search.value.stopped === "time" && ` ${t("stoppedTime")}`}
          </li>
        ))}
      </ul>
      {answer.moreBeforeMs !== null && (
        <p>
          {t("moreBefore")} <TimeAt at={new Date(answer.moreBeforeMs).toISOString()} />
        </p>
      )}
    </Banner>
  );
}
