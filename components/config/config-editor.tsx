"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { ConfigDiff } from "@/components/config/config-diff";
import { ConfigEditForm } from "@/components/config/config-edit-form";
import { ConfigJson } from "@/components/config/config-json";
import { FieldProblems } from "@/components/deployment/field-problems";
import { LifecycleOrder } from "@/components/lifecycle/lifecycle-order";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Panel } from "@/components/ui/panel";
import { RadioCards } from "@/components/ui/radio-cards";
import { immutableChanges } from "@/contract/config-change";
import { type ConfigText, parseConfigText, serialiseConfig } from "@/contract/config-text";
import type { HaConfig } from "@/contract/ha-config";
import { checkHaConfig } from "@/contract/ha-config-check";
import { configReasonMax } from "@/contract/lifecycle";
import type { FieldProblem } from "@/contract/preflight";

export interface ConfigEditorProps {
  clusterId: string;
  /** What the cluster has, and its modify index: a change is made to exactly this. */
  base: { config: HaConfig; version: number };
  /** What the editor opens with: a former version, or the base's own text. */
  opened: { text: string; reason: string };
  mayOperate: boolean;
  onClose: () => void;
}

const choices = ["later", "restart"] as const;
/** Shorter: a plan is asked of the cluster with every letter. Longer: the button stays held back after the last one. */
const plannedAfterMs = 500;

/** Form and file beside each other, one text behind both; what differs; and the order. */
export function ConfigEditor({ clusterId, base: newest, opened, mayOperate, onClose }: ConfigEditorProps) {
  const t = useTranslations("config.edit");
  // What was opened stays what is edited: a newer version is told by the guard, never mixed in.
  const [base] = useState(newest);
  const [text, setText] = useState(opened.text);
  const [reason, setReason] = useState(opened.reason);
  const [apply, setApply] = useState<(typeof choices)[number]>("later");
  const parsed = parseConfigText(text);
  // The form shows the last text that could be read; it is not to be typed in meanwhile, or it would write over the other side.
  const [readable, setReadable] = useState(base.config);
  const config = parsed.kind === "config" ? parsed.config : readable;
  const problems = problemsOf(parsed, base.config);
  const settled = useSettled(text, reason);
  const change = (next: string): void => {
    setText(next);
    const read = parseConfigText(next);
    if (read.kind === "config") setReadable(read.config);
  };
  return (
    <section aria-label={t("open")} className="flex flex-col gap-4">
      {newest.version !== base.version && (
        <Banner tone="needs-you" title={t("moved", { version: newest.version })}>
          {t("movedMeans")}
        </Banner>
      )}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Panel title={t("form")} aside={<Button onClick={onClose}>{t("close")}</Button>}>
          {parsed.kind !== "config" && <p className="pb-3 text-needs">{t("formNeedsJson")}</p>}
          <FieldProblems value={problems}>
            <fieldset disabled={parsed.kind !== "config"}>
              <legend className="sr-only">{t("form")}</legend>
              <ConfigEditForm config={config} onChange={(next) => change(serialiseConfig(next))} />
            </fieldset>
          </FieldProblems>
        </Panel>
        <ConfigJson text={text} parsed={parsed} problems={problems} onText={change} />
      </div>
      {parsed.kind === "config" && <ConfigDiff before={base.config} after={parsed.config} />}
      <LifecycleOrder
        clusterId={clusterId}
        wish={{ kind: "update-config", text: settled.text, baseVersion: base.version, apply, reason: settled.reason }}
        mayOperate={mayOperate}
        heldBack={settled.text === text && settled.reason === reason ? null : t("settling")}
      >
        <RadioCards
          legend={t("apply.legend")}
          value={apply}
          onValueChange={(value) => setApply(value === "restart" ? "restart" : "later")}
          cards={choices.map((value) => ({
            value,
            label: t(`apply.${value}.label`),
            description: t(`apply.${value}.what`),
          }))}
        />
        <Field label={t("reason")} help={t("reasonHelp")}>
          {(control) => (
            <Input
              {...control}
              value={reason}
              maxLength={configReasonMax}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </LifecycleOrder>
    </section>
  );
}

function problemsOf(parsed: ConfigText, base: HaConfig): FieldProblem[] {
  switch (parsed.kind) {
    case "syntax":
      return [];
    case "shape":
      return parsed.problems;
    case "config":
      return [...checkHaConfig(parsed.config), ...immutableChanges(base, parsed.config), ...parsed.advice];
  }
}

/** What has not been typed on for a moment: the cluster is asked about that. */
function useSettled(text: string, reason: string): { text: string; reason: string } {
  const [settled, setSettled] = useState({ text, reason });
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ text, reason }), plannedAfterMs);
    return () => clearTimeout(timer);
  }, [text, reason]);
  return settled;
}
