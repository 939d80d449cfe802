"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC, useTRPCClient } from "@/components/client/trpc";
import { ConfigDiff } from "@/components/config/config-diff";
import { ConfigEditForm } from "@/components/config/config-edit-form";
import { ConfigProblems } from "@/components/config/config-problems";
import { LifecycleOrder } from "@/components/lifecycle/lifecycle-order";
import { TimeAge } from "@/components/shell/time-age";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Panel } from "@/components/ui/panel";
import { RadioCards } from "@/components/ui/radio-cards";
import { StateMark } from "@/components/ui/state-mark";
import { Textarea } from "@/components/ui/textarea";
import { syntaxMessage } from "@/contract/config-problem-text";
import { parseConfigText, serialiseConfig } from "@/contract/config-text";
import type { HaConfig } from "@/contract/ha-config";

export interface ConfigEditorProps {
  clusterId: string;
  /** What the cluster has, and its modify index: a change is made to exactly this. */
  base: { config: HaConfig; version: number };
  mayOperate: boolean;
  onClose: () => void;
}

const choices = ["later", "restart"] as const;

/** Form and file beside each other, one text behind both; what differs; and the order. */
export function ConfigEditor({ clusterId, base: newest, mayOperate, onClose }: ConfigEditorProps) {
  const t = useTranslations("config.edit");
  // What was opened stays what is edited: a newer version is told by the guard, never mixed in.
  const [base] = useState(newest);
  const [text, setText] = useState(() => serialiseConfig(base.config));
  const [apply, setApply] = useState<(typeof choices)[number]>("later");
  const parsed = parseConfigText(text);
  return (
    <div className="flex flex-col gap-4">
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Panel title={t("form")} aside={<Button onClick={onClose}>{t("close")}</Button>}>
          {parsed.kind === "config" ? (
            <ConfigEditForm config={parsed.config} onChange={(config) => setText(serialiseConfig(config))} />
          ) : (
            <p className="text-muted">{t("formNeedsJson")}</p>
          )}
        </Panel>
        <Panel title={t("json")}>
          <Field label={t("text")}>
            {(control) => (
              <Textarea
                {...control}
                mono
                spellCheck={false}
                className="min-h-96"
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
          {parsed.kind === "syntax" && <StateMark state="failed" label={syntaxMessage(parsed.problem)} />}
          {parsed.kind === "config" && <ConfigProblems config={parsed.config} />}
        </Panel>
      </div>
      {parsed.kind === "config" && <ConfigDiff before={base.config} after={parsed.config} />}
      <LifecycleOrder
        clusterId={clusterId}
        wish={{ kind: "update-config", text, baseVersion: base.version, apply }}
        mayOperate={mayOperate}
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
      </LifecycleOrder>
      <Backups clusterId={clusterId} onLoad={setText} />
    </div>
  );
}

function Backups({ clusterId, onLoad }: { clusterId: string; onLoad: (text: string) => void }) {
  const t = useTranslations("config.edit");
  const trpc = useTRPC();
  const client = useTRPCClient();
  const backups = useQuery(trpc.lifecycle.configBackups.queryOptions({ clusterId }));
  const load = async (version: number): Promise<void> =>
    onLoad((await client.lifecycle.configBackup.query({ clusterId, version })).text);
  const list = backups.data ?? [];
  return (
    <Panel title={t("backups")}>
      {list.length === 0 ? (
        <p className="text-muted">{t("noBackups")}</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {list.map(({ version, at }) => (
            <li key={version} className="flex flex-wrap items-center gap-3">
              <span className="tabular-nums">{t("backup", { version })}</span>
              <TimeAge at={at} />
              <Button aria-label={t("restoreVersion", { version })} onClick={() => void load(version)}>
                {t("restore")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
