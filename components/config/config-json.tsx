"use client";

import { FileUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { ConfigProblems } from "@/components/config/config-problems";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Panel } from "@/components/ui/panel";
import { Textarea } from "@/components/ui/textarea";
import type { ConfigText } from "@/contract/config-text";
import type { FieldProblem } from "@/contract/preflight";

export interface ConfigJsonProps {
  text: string;
  parsed: ConfigText;
  problems: readonly FieldProblem[];
  onText: (text: string) => void;
}

/** A configuration has some kilobytes; what is far larger is another file. */
const fileBytesMax = 100_000;

/** The file as it is typed. What cannot be read stays as it is, and the place is named. */
export function ConfigJson({ text, parsed, problems, onText }: ConfigJsonProps) {
  const t = useTranslations("config.edit");
  const syntax = useTranslations("deployment.config");
  const area = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const problem = parsed.kind === "syntax" ? parsed.problem : null;
  const said =
    problem === null
      ? undefined
      : syntax("syntax", {
          line: problem.line,
          column: problem.column,
          expected: syntax(`expected.${problem.expected}`),
        });
  const goThere = (): void => {
    if (problem === null || area.current === null) return;
    const lines = text.split("\n");
    const start = lines.slice(0, problem.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    const at = Math.min(text.length, start + problem.column - 1);
    area.current.focus();
    area.current.setSelectionRange(at, Math.min(text.length, at + Math.max(1, problem.found.length)));
    // A selection alone does not scroll the text there.
    area.current.scrollTop = (area.current.scrollHeight / lines.length) * Math.max(0, problem.line - 4);
  };
  const take = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    setTooLarge(chosen.size > fileBytesMax);
    if (chosen.size <= fileBytesMax) onText(await chosen.text());
  };
  return (
    <Panel
      title={t("json")}
      aside={
        <>
          <input
            ref={file}
            type="file"
            accept=".json,application/json"
            aria-label={t("openFile")}
            className="sr-only"
            tabIndex={-1}
            onChange={(event) => {
              void take(event.target.files?.[0]);
              // The same file again is a new choice.
              event.target.value = "";
            }}
          />
          <Button size="sm" onClick={() => file.current?.click()}>
            <FileUp aria-hidden />
            {t("openFile")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Field label={t("text")} help={t("textHelp")} error={tooLarge ? t("tooLarge") : said}>
          {(control) => (
            <Textarea
              {...control}
              ref={area}
              mono
              spellCheck={false}
              wrap="off"
              className="min-h-[36rem]"
              value={text}
              onChange={(event) => onText(event.target.value)}
            />
          )}
        </Field>
        {problem !== null && (
          <div>
            <Button size="sm" onClick={goThere}>
              {t("goThere", { line: problem.line })}
            </Button>
          </div>
        )}
        {problem === null && <ConfigProblems problems={problems} />}
      </div>
    </Panel>
  );
}
