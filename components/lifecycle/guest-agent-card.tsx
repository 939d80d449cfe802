"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { useSentence } from "@/components/shell/use-sentence";
import { CodeBlock } from "@/components/ui/code-block";
import { type Definition, DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";
import type { Observed } from "@/contract/observed";

/** It changes with a new bundle only; every look runs a program inside the guest. */
const refreshMs = 60_000;

/** Manual 1.2.7.1, as typed inside the management VM. */
const upgradeCommands = ["cd /root", "chmod +x ./*-HA-Guest-Agent-*.bin", "./*-HA-Guest-Agent-*.bin -i", "zin -v"].join(
  "\n",
);

/** What answers inside the management VM, and the manual's way to a newer one. */
export function GuestAgentCard({ clusterId }: { clusterId: string }) {
  const t = useTranslations("lifecycle.agent");
  const errorText = useErrorText();
  const copy = useCopyLabels();
  const agent = useQuery(useTRPC().lifecycle.guestAgent.queryOptions({ clusterId }, { refetchInterval: refreshMs }));
  const items: Definition[] =
    agent.data === undefined
      ? []
      : [
          { key: "agent", term: t("agent"), value: <Version reading={agent.data.agent} /> },
          { key: "zin", term: t("zin"), value: <Version reading={agent.data.zin} /> },
        ];
  return (
    <Panel title={t("title")}>
      <div className="flex flex-col gap-3">
        {agent.isPending && <Skeleton className="h-12" />}
        {agent.error !== null && <StateMark state="unknown" label={errorText(agent.error)} />}
        {items.length > 0 && <DefinitionList items={items} />}
        <p className="text-muted">{t("how")}</p>
        <CodeBlock label={t("inside")} text={upgradeCommands} copyLabels={copy.one} />
      </div>
    </Panel>
  );
}

function Version({ reading }: { reading: Observed<{ version: string } | null> }) {
  const t = useTranslations("lifecycle.agent");
  const sentence = useSentence();
  if (reading.state === "unknown") return <StateMark state="unknown" label={sentence(reading.reason)} />;
  return reading.value === null ? <span className="text-muted">{t("absent")}</span> : reading.value.version;
}
