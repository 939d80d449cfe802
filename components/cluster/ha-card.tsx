"use client";

import { useTranslations } from "next-intl";
import { memo, type ReactNode } from "react";
import { Eligibility } from "@/components/cluster/eligibility";
import { serviceMarks } from "@/components/cluster/marks";
import { ObservedValue, UnknownBecause } from "@/components/cluster/observed-value";
import { ActorName } from "@/components/run/actor-name";
import { ReadingAge } from "@/components/cluster/reading-age";
import { useSentence } from "@/components/shell/use-sentence";
import { type Definition, DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { HaService, HaStatus } from "@/contract/ha-status";
import type { Observed } from "@/contract/observed";

type HaPart = Pick<HaStatus, "services" | "consul" | "fence">;

export interface HaCardProps extends Pick<ClusterStatus, "leader" | "owner" | "intent"> {
  ha: Observed<HaPart>;
  /** Name of the node that leads; null: none of this cluster's has the leader's address. */
  leaderNode: string | null;
}

/** Who leads, who holds the lease, whether a fence would hold, and which nodes may run the VM. */
export const HaCard = memo(function HaCard(status: HaCardProps) {
  const t = useTranslations("cluster.ha");
  return (
    <Panel title={t("title")} aside={<ReadingAge at={status.leader.at} />} flush>
      <div className="px-4 py-3">
        <DefinitionList items={useLines(status)} />
      </div>
      {status.ha.state === "known" ? (
        <Services services={status.ha.value.services} />
      ) : (
        <div className="border-t border-line px-4 py-3">
          <UnknownBecause reason={status.ha.reason} at={status.ha.at} />
        </div>
      )}
    </Panel>
  );
});

function useLines(status: HaCardProps): Definition[] {
  const t = useTranslations("cluster.ha");
  const sentence = useSentence();
  const marked = (state: "done" | "failed" | "needs-you" | "unknown", label: string): ReactNode => (
    <StateMark state={state} label={label} className="font-normal text-ink" />
  );
  const ha = status.ha.state === "known" ? status.ha.value : null;
  return [
    {
      key: "leader",
      term: t("leader"),
      value: (
        <ObservedValue reading={status.leader}>
          {(leader) => (leader === null ? marked("failed", t("noLeader")) : leaderName(status.leaderNode, leader))}
        </ObservedValue>
      ),
    },
    ...(ha === null ? [] : consulLines(ha, t, marked)),
    {
      key: "lease",
      term: t("lease"),
      value: (
        <ObservedValue reading={status.owner}>
          {(owner) =>
            owner === null
              ? t("leaseNone")
              : t("leaseHeld", { node: owner.node, epoch: owner.epoch, phase: t(`phase.${owner.phase}`) })
          }
        </ObservedValue>
      ),
    },
    ...(ha === null
      ? []
      : [
          {
            key: "fence",
            term: t("fence"),
            value: ha.fence.armed
              ? marked("done", t("fenceArmed"))
              : marked("needs-you", t("fenceNotArmed", { because: sentence(ha.fence.because) })),
          },
        ]),
    {
      key: "intent",
      term: t("intent"),
      value: (
        <ObservedValue reading={status.intent}>
          {(intent) =>
            intent === null
              ? t("intentNone")
              : t.rich("intentBy", {
                  want: intent.want === "started" ? t("intentStarted") : t("intentStopped"),
                  actor: intent.actor,
                  by: () => <ActorName actor={intent.actor} />,
                })
          }
        </ObservedValue>
      ),
    },
  ];
}

function consulLines(
  ha: HaPart,
  t: ReturnType<typeof useTranslations<"cluster.ha">>,
  marked: (state: "done" | "failed" | "needs-you" | "unknown", label: string) => ReactNode,
): Definition[] {
  return [
    {
      key: "members",
      term: t("members"),
      value: (
        <ObservedValue reading={ha.consul}>
          {(consul) =>
            t("membersValue", {
              alive: consul.members.filter((member) => member.status === "alive").length,
              total: consul.members.length,
            })
          }
        </ObservedValue>
      ),
    },
    {
      key: "autopilot",
      term: t("autopilot"),
      value: (
        <ObservedValue reading={ha.consul}>
          {(consul) =>
            consul.autopilotSafe === null
              ? marked("unknown", t("autopilotUnread"))
              : consul.autopilotSafe
                ? marked("done", t("autopilotSafe"))
                : marked("needs-you", t("autopilotUnsafe"))
          }
        </ObservedValue>
      ),
    },
  ];
}

/** Consul names its leader by address: people know nodes by name. */
export function leadingNode({ leader, nodes }: Pick<ClusterStatus, "leader" | "nodes">): string | null {
  const ip = leader.state === "known" ? leader.value?.split(":")[0] : undefined;
  const node = nodes.find(
    (each) => each.address === ip || (each.suite.state === "known" && each.suite.value?.ip === ip),
  );
  return node?.name ?? null;
}

function leaderName(node: string | null, leader: string): ReactNode {
  const address = <span className="font-mono text-xs text-muted">{leader}</span>;
  if (node === null) return address;
  return (
    <>
      {node} {address}
    </>
  );
}

const Services = memo(function Services({ services }: { services: readonly HaService[] }) {
  const t = useTranslations("cluster.ha");
  return (
    <div className="border-t border-line">
      <Table caption={t("services")}>
        <TableHead>
          <HeaderCell>{t("node")}</HeaderCell>
          <HeaderCell>{t("service")}</HeaderCell>
          <HeaderCell>{t("takeover")}</HeaderCell>
        </TableHead>
        <TableBody>
          {services.map((service) => (
            <tr key={service.node}>
              <RowHeader>{service.node}</RowHeader>
              <Cell>
                <StateMark
                  state={serviceMarks[service.state]}
                  label={t(service.state)}
                  className="text-ink font-normal"
                />
                {service.suiteVersion !== null && <span className="text-xs text-muted"> {service.suiteVersion}</span>}
              </Cell>
              <Cell>
                <Eligibility service={service} />
              </Cell>
            </tr>
          ))}
        </TableBody>
      </Table>
    </div>
  );
});
