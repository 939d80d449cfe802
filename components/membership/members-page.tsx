"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { LiveCluster } from "@/components/cluster/live-cluster";
import { ChangeForm, type ChosenChange } from "@/components/membership/change-form";
import { DashboardLink } from "@/components/shell/dashboard-link";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Panel } from "@/components/ui/panel";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { ClusterStatus, NodeStatus } from "@/contract/cluster-status";

export interface MembersPageProps {
  clusterId: string;
  mayOperate: boolean;
}

/** Two come and two go at a time: the number of members stays odd. */
const pair = 2;

/** Who belongs to the cluster, and how a dead node is replaced, two are added or removed. */
export function MembersPage({ clusterId, mayOperate }: MembersPageProps) {
  return (
    <LiveCluster clusterId={clusterId}>{(status) => <Members status={status} mayOperate={mayOperate} />}</LiveCluster>
  );
}

function opinionOf({ member }: NodeStatus): "alive" | "gone" | "unknown" {
  if (member.state === "unknown") return "unknown";
  return member.value === "alive" ? "alive" : "gone";
}

function Members({ status, mayOperate }: { status: ClusterStatus; mayOperate: boolean }) {
  const t = useTranslations("membership");
  const [chosen, setChosen] = useState<ChosenChange | null>(null);
  const [marked, setMarked] = useState<readonly string[]>([]);
  const { clusterId, nodes } = status;
  const mark = (name: string, isMarked: boolean): void =>
    setMarked((before) => [...before.filter((each) => each !== name), ...(isMarked ? [name] : [])]);
  const refused = mayOperate ? null : t("needsOperator");
  return (
    <>
      <PageHeader
        title={t("title", { cluster: status.name })}
        note={t("note")}
        actions={<DashboardLink clusterId={clusterId} />}
      />
      <div className="flex flex-col gap-4">
        <Panel
          title={t("members")}
          flush
          aside={
            <div className="flex flex-wrap gap-2">
              <Button
                disabledReason={refused}
                onClick={() => setChosen({ kind: "add-node", leaving: [], joining: [null, null] })}
              >
                {t("add")}
              </Button>
              <Button
                variant="danger"
                disabledReason={refused ?? (marked.length === pair ? null : t("removeTwo"))}
                onClick={() => setChosen({ kind: "remove-node", leaving: marked.toSorted(), joining: [] })}
              >
                {t("remove", { nodes: marked.toSorted().join(", ") })}
              </Button>
            </div>
          }
        >
          <Table caption={t("members")}>
            <TableHead>
              <HeaderCell>{t("node")}</HeaderCell>
              <HeaderCell>{t("address")}</HeaderCell>
              <HeaderCell>{t("state")}</HeaderCell>
              <HeaderCell>{t("action")}</HeaderCell>
            </TableHead>
            <TableBody>
              {nodes.map((node) => (
                <tr key={node.name}>
                  <RowHeader>
                    <span className="flex items-center gap-2">
                      <Checkbox
                        checked={marked.includes(node.name)}
                        onCheckedChange={(isMarked) => mark(node.name, isMarked)}
                        label={t("select", { node: node.name })}
                        labelHidden
                        disabled={!mayOperate}
                      />
                      {node.name}
                    </span>
                  </RowHeader>
                  <Cell>{node.address}</Cell>
                  <Cell>{t(opinionOf(node))}</Cell>
                  <Cell>
                    <Button
                      aria-label={t("replaceNode", { node: node.name })}
                      disabledReason={refused}
                      onClick={() => setChosen({ kind: "replace-node", leaving: [node.name], joining: [node.name] })}
                    >
                      {t("replace")}
                    </Button>
                  </Cell>
                </tr>
              ))}
            </TableBody>
          </Table>
        </Panel>
        {chosen !== null && (
          <ChangeForm key={`${chosen.kind} ${chosen.leaving.join()}`} {...{ clusterId, chosen, mayOperate }} />
        )}
      </div>
    </>
  );
}
