"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { PowerDialog } from "@/components/maintenance/power-dialog";
import { useErrorText } from "@/components/shell/error-report";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { BmcSecret } from "@/contract/maintenance";

export interface PowerPanelProps {
  clusterId: string;
  mayOperate: boolean;
}

/** How each machine is switched on: by a person, or through its management controller. */
export function PowerPanel({ clusterId, mayOperate }: PowerPanelProps) {
  const t = useTranslations("maintenance.power");
  const shell = useTranslations("shell");
  const page = useTranslations("maintenance");
  const errorText = useErrorText();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const power = useQuery(trpc.maintenance.power.queryOptions({ clusterId }));
  const [editing, setEditing] = useState<string | null>(null);
  const save = useMutation(
    trpc.maintenance.setPower.mutationOptions({
      async onSuccess() {
        setEditing(null);
        await queries.invalidateQueries({ queryKey: trpc.maintenance.power.queryKey({ clusterId }) });
      },
    }),
  );
  const set = (node: string, bmc: BmcSecret | null) => save.mutate({ clusterId, node, bmc });
  const reason = mayOperate ? null : page("needsOperator");
  return (
    <Panel title={t("title")} flush>
      {power.error !== null && (
        <Banner tone="unknown" stateLabel={shell("state.unknown")} title={t("unreadable")} className="m-4">
          {errorText(power.error)}
        </Banner>
      )}
      {power.isPending && <Skeleton className="m-4 h-24" />}
      {power.data !== undefined && (
        <Table caption={t("title")}>
          <TableHead>
            <HeaderCell>{t("node")}</HeaderCell>
            <HeaderCell>{t("by")}</HeaderCell>
            <HeaderCell>{t("address")}</HeaderCell>
            <HeaderCell>{t("change")}</HeaderCell>
          </TableHead>
          <TableBody>
            {power.data.map(({ node, by, address, user }) => (
              <tr key={node}>
                <RowHeader className="font-normal">{node}</RowHeader>
                <Cell>{t(by)}</Cell>
                <Cell className="font-mono text-xs">{address === null ? "–" : `${user ?? ""}@${address}`}</Cell>
                <Cell>
                  <span className="flex flex-wrap gap-2">
                    <Button
                      size="sm"
                      disabledReason={reason}
                      aria-label={t("setNode", { node })}
                      onClick={() => setEditing(node)}
                    >
                      {t("set")}
                    </Button>
                    {by === "ipmi" && (
                      <Button
                        size="sm"
                        disabledReason={reason}
                        aria-label={t("byHandNode", { node })}
                        pending={save.isPending}
                        onClick={() => set(node, null)}
                      >
                        {t("byHand")}
                      </Button>
                    )}
                  </span>
                </Cell>
              </tr>
            ))}
          </TableBody>
        </Table>
      )}
      {editing !== null && (
        <PowerDialog
          node={editing}
          pending={save.isPending}
          error={save.error === null ? null : errorText(save.error)}
          onClose={() => setEditing(null)}
          onSave={(bmc) => set(editing, bmc)}
        />
      )}
    </Panel>
  );
}
