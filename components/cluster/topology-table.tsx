"use client";

import { useTranslations } from "next-intl";
import { nodeMark } from "@/components/cluster/marks";
import { nicState, speedText } from "@/components/cluster/topology-links";
import type { Topology, TopologyLink, TopologyNode } from "@/components/cluster/topology-model";
import { StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";

/** Everything the picture shows, as text. */
export function TopologyTable({ topology }: { topology: Topology }) {
  const t = useTranslations("cluster");
  return (
    <Table caption={t("topology.title")}>
      <TableHead>
        <HeaderCell>{t("topology.node")}</HeaderCell>
        <HeaderCell>{t("topology.vm")}</HeaderCell>
        <HeaderCell>{t("topology.consul")}</HeaderCell>
        <HeaderCell>{t("topology.monitor")}</HeaderCell>
        <HeaderCell>{t("topology.osds")}</HeaderCell>
        <HeaderCell>{t("topology.links")}</HeaderCell>
      </TableHead>
      <TableBody>
        {topology.nodes.map((node) => (
          <tr key={node.name}>
            <RowHeader>
              <StateMark state={nodeMark(node.word)} label={`${node.name} · ${t(`nodeState.${node.word}`)}`} />
            </RowHeader>
            <Cell>
              <SeatText node={node} />
            </Cell>
            <Cell>{consulText(node, t("topology.leader"), t("topology.server"), t("nodeState.unknown"))}</Cell>
            <Cell>
              {t(
                `topology.${{ "in-quorum": "mon", out: "monOut", none: "monNone", unknown: "monUnknown" }[node.monitor]}`,
              )}
            </Cell>
            <Cell>
              {node.osds === null
                ? t("topology.osdUnknown")
                : t("topology.osdCount", {
                    up: node.osds.filter((osd) => osd.up).length,
                    in: node.osds.filter((osd) => osd.in).length,
                    total: node.osds.length,
                  })}
            </Cell>
            <Cell>
              {node.links === null ? (
                t("nodeState.unknown")
              ) : (
                <ul>
                  {node.links.map((link) => (
                    <li key={`${link.networkKey} ${link.bridge ?? link.bond ?? ""}`}>
                      <LinkText link={link} />
                    </li>
                  ))}
                </ul>
              )}
            </Cell>
          </tr>
        ))}
      </TableBody>
    </Table>
  );
}

function consulText(node: TopologyNode, leader: string, server: string, unknown: string): string {
  return { leader, server, none: "–", unknown }[node.consul];
}

function SeatText({ node }: { node: TopologyNode }) {
  const t = useTranslations("cluster.topology");
  if (node.vm === "here") return t("vmHere");
  if (node.vm === "arriving") return t("vmComing");
  if (node.vm === "leaving") return t("vmLeaving");
  return { yes: t("standby"), no: t("notStandby"), unknown: t("standbyUnknown") }[node.standby];
}

function LinkText({ link }: { link: TopologyLink }) {
  const t = useTranslations("cluster.topology");
  const words = { up: t("linkUp"), down: t("linkDown"), unknown: t("linkUnknown") };
  const nics = link.nics.map((nic) =>
    [nic.name, speedText(nic.speedMbps), words[nicState(nic)]].filter(Boolean).join(" "),
  );
  const chain = [nics.join(" + "), link.bond, link.bridge, link.address ?? t("noAddress")].filter(Boolean).join(" → ");
  return t("linkText", { network: link.networkKey, chain });
}
