"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { useDraft } from "@/components/deployment/draft-provider";
import { useProblemText } from "@/components/deployment/problem-text";
import { CopyButton } from "@/components/ui/copy-button";
import { Field } from "@/components/ui/field";
import { Panel } from "@/components/ui/panel";
import { Textarea } from "@/components/ui/textarea";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { parseConfigText } from "@/contract/config-text";
import type { DraftConfig } from "@/contract/deployment";

/** The configuration file itself. Typed text is taken over as soon as it can be read; until then the line is named. */
export function ConfigJson({ config }: { config: DraftConfig }) {
  const t = useTranslations("deployment.config");
  const problemText = useProblemText();
  const copyLabels = useCopyLabels();
  const { saver } = useDraft();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? JSON.stringify(config, null, 2);
  const read = typed === null ? null : parseConfigText(typed);
  const error =
    read === null || read.kind === "config"
      ? undefined
      : read.kind === "syntax"
        ? t("syntax", {
            line: read.problem.line,
            column: read.problem.column,
            expected: t(`expected.${read.problem.expected}`),
          })
        : read.problems.map((problem) => `${problem.path}: ${problemText(problem)}`).join(" ");
  const advice = read?.kind === "config" && read.advice.length > 0 ? read.advice.map(problemText).join(" ") : undefined;
  return (
    <Panel title={t("file")} aside={<CopyButton text={text} labels={copyLabels.one} />}>
      <Field label={t("json")} help={t("jsonHelp")} error={error} advice={advice}>
        {(control) => (
          <Textarea
            {...control}
            mono
            spellCheck={false}
            rows={32}
            value={text}
            onChange={(event) => {
              setTyped(event.target.value);
              const next = parseConfigText(event.target.value);
              if (next.kind === "config") saver.edit({ part: "config", value: next.config });
            }}
            onBlur={() => read?.kind === "config" && setTyped(null)}
          />
        )}
      </Field>
    </Panel>
  );
}
