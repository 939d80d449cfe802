"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { paths } from "@/components/client/paths";
import { checkMarks, nodeMark, nodeWord } from "@/components/cluster/marks";
import { ObservedValue } from "@/components/cluster/observed-value";
import { PowerOffVerdict } from "@/components/cluster/power-off-verdict";
import { PlaceLink } from "@/components/shell/place-link";
import { ReadingAge } from "@/components/cluster/reading-age";
import { useSentence } from "@/components/shell/use-sentence";
import { Badge } from "@/components/ui/badge";
import { DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import type { NodeStatus } from "@/contract/cluster-status";
import type { PowerOffLight } from "@/contract/power-off-light";

export interface NodeCardProps {
  clusterId: string;
  node: NodeStatus;
  /** The management VM runs on it. */
  hasVm: boolean;
  verdict: PowerOffLight;
}

/** The verdict is judged anew with every reading of any node, and mostly says the same. */
const isSame = (before: NodeCardProps, after: NodeCardProps): boolean =>
  before.node === after.node &&
  before.hasVm === after.hasVm &&
  JSON.stringify(before.verdict) === JSON.stringify(after.verdict);

export const NodeCard = memo(function NodeCard({ clusterId, node, hasVm, verdict }: NodeCardProps) {
  const t = useTranslations("cluster");
  const sentence = useSentence();
  const word = nodeWord(node);
  return (
    <div id={`node-${node.name}`} className="scroll-mt-16 rounded-lg target:outline-2 target:outline-focus">
      <Panel
        headingLevel={3}
        title={
          <span className="flex flex-wrap items-center gap-2">
            <StateMark state={nodeMark(word)} label={t(`nodeState.${word}`)} labelHidden size="md" />
            {node.name}
            {hasVm && <Badge tone="accent">{t("node.hasVm")}</Badge>}
          </span>
        }
        aside={<ReadingAge at={node.link.at} />}
        className="h-full"
      >
        <PowerOffVerdict node={node} verdict={verdict} />
        <DefinitionList
          className="mt-3"
          items={[
            {
              key: "address",
              term: t("node.address"),
              value: <span className="font-mono text-xs">{node.address}</span>,
            },
            {
              key: "link",
              term: t("node.connection"),
              value: (
                <ObservedValue reading={node.link}>
                  {(link) =>
                    link.reachable ? (
                      t("node.connected", {
                        milliseconds: link.roundTripMs === null ? "–" : Math.round(link.roundTripMs * 10) / 10,
                      })
                    ) : (
                      <StateMark
                        state="needs-you"
                        label={t("node.notConnected", { because: link.because === null ? "" : sentence(link.because) })}
                        className="font-normal"
                      />
                    )
                  }
                </ObservedValue>
              ),
            },
            {
              key: "consul",
              term: t("node.consul"),
              value: (
                <ObservedValue reading={node.member} age>
                  {(member) => t(`nodeState.${member}`)}
                </ObservedValue>
              ),
            },
            { key: "service", term: t("node.service"), value: <Service node={node} hasVm={hasVm} /> },
            { key: "canary", term: t("node.canary"), value: <Canary node={node} /> },
          ]}
        />
        <PlaceLink
          href={paths.clusterHistory(clusterId, { range: "24h", node: node.name })}
          className="mt-2 inline-block rounded-sm text-xs text-accent underline underline-offset-2"
        >
          {t("node.charts", { node: node.name })}
        </PlaceLink>
      </Panel>
    </div>
  );
}, isSame);

/** Only a standby is ready to take over; the owner has the VM already. */
function Service({ node, hasVm }: { node: NodeStatus; hasVm: boolean }) {
  const t = useTranslations("cluster");
  const sentence = useSentence();
  return (
    <ObservedValue reading={node.suite} age>
      {(suite) => {
        if (suite === null) return <StateMark state="failed" label={t("node.serviceGone")} className="font-normal" />;
        if (suite.eligible) return `${t(hasVm ? "ha.running" : "topology.standby")} · ${suite.suiteVersion}`;
        return `${t("ha.notEligible", { because: sentence.all(suite.ineligibleBecause) })} · ${suite.suiteVersion}`;
      }}
    </ObservedValue>
  );
}

function Canary({ node }: { node: NodeStatus }) {
  const t = useTranslations("cluster.node");
  return (
    <ObservedValue reading={node.suite}>
      {(suite) => {
        const state = suite?.storageCanary ?? "unknown";
        return (
          <StateMark state={checkMarks[state]} label={t(`canaryState.${state}`)} className="font-normal text-ink" />
        );
      }}
    </ObservedValue>
  );
}
